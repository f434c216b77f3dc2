// Builds what we take from npm into static/vendor and static/icons.svg: `npm ci && npm run vendor`.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import * as esbuild from "esbuild";
import * as sass from "sass";

const VENDOR = "static/vendor";
mkdirSync(VENDOR, { recursive: true });

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).version;

function pico() {
  const { css } = sass.compile("scripts/vendor/pico.scss", {
    loadPaths: ["node_modules/@picocss"],
    style: "compressed",
    quietDeps: true,
    logger: sass.Logger.silent,
  });
  const banner = `/* Pico CSS ${version("@picocss/pico")}, MIT, picocss.com; parts named in scripts/vendor/pico.scss */\n`;
  writeFileSync(`${VENDOR}/pico.css`, banner + css.replace(/^\uFEFF/, ""));
}

function icons() {
  const names = readFileSync("scripts/vendor/icons.txt", "utf8").split(/\s+/).filter(Boolean);
  const symbols = names.map((name) => {
    const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
    const inner = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").replaceAll("> <", "><").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  const banner = `<!-- Lucide ${version("lucide-static")}, ISC, lucide.dev; names in scripts/vendor/icons.txt -->`;
  writeFileSync("static/icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${banner}\n${symbols.join("\n")}\n</svg>\n`);
}

function bundle(entry, outfile, packages) {
  const banner = `/* ${packages.map((name) => `${name} ${version(name)}`).join(", ")}, MIT */`;
  esbuild.buildSync({
    entryPoints: [entry],
    outfile: `${VENDOR}/${outfile}`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    banner: { js: banner },
  });
}

pico();
icons();
bundle("scripts/vendor/diagram.js", "diagram.js", ["diagram-js", "diagram-js-minimap"]);
bundle("@dagrejs/dagre", "dagre.js", ["@dagrejs/dagre"]);
const styles = ["diagram-js/assets/diagram-js.css", "diagram-js-minimap/assets/diagram-js-minimap.css"];
writeFileSync(`${VENDOR}/diagram.css`, styles.map((file) => readFileSync(`node_modules/${file}`, "utf8")).join("\n"));
