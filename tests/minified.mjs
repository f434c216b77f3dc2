// Whether leaving out comments and spaces changed what scripts and styles do: node tests/minified.mjs FOLDER
// FOLDER holds pairs NAME and NAME.min. esbuild reads both; what it makes of them must be the same, byte for byte.
import { readdirSync, readFileSync } from "node:fs";
import { transformSync } from "esbuild";

const folder = process.argv[2];
// Inside custom properties esbuild keeps the spaces after colons and commas, which mean nothing in CSS.
const made = (name, loader) => {
  const { code } = transformSync(readFileSync(`${folder}/${name}`, "utf8"), { loader, minify: true });
  return loader === "css" ? code.replace(/([:,])\s+/g, "$1") : code;
};
const differing = readdirSync(folder)
  .filter((name) => !name.endsWith(".min"))
  .filter((name) => {
    const loader = name.endsWith(".css") ? "css" : "js";
    return made(name, loader) !== made(`${name}.min`, loader);
  });
console.log(JSON.stringify(differing));
