// Builds the house's style sheet and scripts into static/built (git-ignored). Run after `npm ci`:
//   node src/shudao/faces/design/build.mjs
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..", "..");
const out = join(here, "static", "built");

function style() {
  const { css } = sass.compile(join(here, "front", "css", "app.scss"), {
    loadPaths: [join(root, "node_modules")],
    quietDeps: true,
    silenceDeprecations: ["import"], // GOV.UK Frontend 5 is written with @import
    style: "compressed",
  });
  writeFileSync(join(out, "app.css"), esbuild.transformSync(css, { loader: "css", minify: true, target: "es2020" }).code);
}

function scripts() {
  esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: { app: join(here, "front", "js", "app.js"), chart: join(here, "front", "js", "chart.js") },
    outdir: out,
    bundle: true,
    format: "iife",
    legalComments: "none",
    minify: true,
    target: "es2020",
  });
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
style();
scripts();
for (const name of ["app.css", "app.js", "chart.js"]) {
  const file = join(out, name);
  const zipped = gzipSync(readFileSync(file));
  console.log(`${name.padEnd(10)} ${String(statSync(file).size).padStart(8)} B, ${String(zipped.length).padStart(7)} B gzipped`);
}
