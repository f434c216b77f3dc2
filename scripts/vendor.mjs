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

function icons(list) {
  const names = readFileSync(`scripts/vendor/${list}.txt`, "utf8").split(/\s+/).filter(Boolean);
  const symbols = names.map((name) => {
    const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
    const inner = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").replaceAll("> <", "><").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`;
  });
  const banner = `<!-- Lucide ${version("lucide-static")}, ISC, lucide.dev; names in scripts/vendor/${list}.txt -->`;
  writeFileSync(`static/${list}.svg`, `<svg xmlns="http://www.w3.org/2000/svg">${banner}\n${symbols.join("\n")}\n</svg>\n`);
}

function bundle(entry, outfile, packages, options = {}) {
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
    ...options,
  });
}

// The rules of diagram-js for what we take from it; ours has its own palette, context pad and menus.
function diagramStyles() {
  const whole = readFileSync("node_modules/diagram-js/assets/diagram-js.css", "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  const isUnused = (text) => /popup|palette|search|context-pad|tooltip|djs-overlay|space-tool|djs-editing|--(button|input|surface)-border|hand-/.test(text);
  const rules = [...whole.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector, body]) => {
    const selectors = selector.trim().split(/\s*,\s*(?![^(]*\))/).filter((each) => !isUnused(each));
    const lines = body.split(";").map((line) => line.trim()).filter((line) => line && !/^--(popup|palette|search|context-pad|tooltip)/.test(line));
    return selectors.length && lines.length ? `${selectors.join(", ")} { ${lines.join("; ")} }` : "";
  });
  const banner = `/* diagram-js ${version("diagram-js")}, MIT; without what scripts/vendor.mjs leaves out */`;
  let text = [banner, ...rules.filter(Boolean)].join("\n") + "\n";
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replace(/(--[\w-]+): [^;}]+(; | (?=\}))/g, (line, name) => (text.includes(`var(${name}`) ? line : ""));
  }
  writeFileSync(`${VENDOR}/diagram.css`, text);
}

pico();
icons("icons");
bundle("scripts/vendor/diagram.js", "diagram.js", ["diagram-js"], {
  alias: { "path-intersection": "./scripts/vendor/path-intersection.js" },
  mangleProps: /^_[a-zA-Z]/, // what is private in diagram-js
});
bundle("@dagrejs/dagre", "dagre.js", ["@dagrejs/dagre"]);
diagramStyles();
