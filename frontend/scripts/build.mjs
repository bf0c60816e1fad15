/** Builds the dashboard's one script and one style sheet, and puts the static files beside them, all in dist/. */
import { context } from "esbuild";
import { cp, mkdir, rm } from "node:fs/promises";
import process from "node:process";

const watching = process.argv.includes("--watch");

await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await cp("src/static", "dist", { recursive: true });

const bundle = await context({
  entryPoints: { app: "src/main.ts", style: "src/styles/app.css" },
  entryNames: "[name]",
  outdir: "dist",
  bundle: true,
  format: "esm",
  // What only some panes need is loaded with them; its name changes with its content.
  splitting: true,
  chunkNames: "[name]-[hash]",
  target: ["es2022", "chrome109", "firefox115", "safari16"],
  external: ["*.svg"],
  minify: !watching,
  sourcemap: watching,
  legalComments: "none",
  logLevel: "warning",
});
if (watching) {
  await bundle.watch();
} else {
  await bundle.rebuild();
  await bundle.dispose();
}
