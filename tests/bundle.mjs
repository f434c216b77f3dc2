// Bundles by esbuild's own interface, whose file in node_modules is a script on one machine and a program on another:
// node tests/bundle.mjs '{"entryPoints": [...], ...}'
import * as esbuild from "esbuild";

await esbuild.build(JSON.parse(process.argv[2]));
