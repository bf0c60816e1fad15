/** Bundles the unit tests and runs them with Node's own runner. */
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import process from "node:process";

await rm("build", { recursive: true, force: true });
const tests = (await readdir("test")).filter((name) => name.endsWith(".test.ts"));
await build({
  entryPoints: tests.map((name) => `test/${name}`),
  outdir: "build/test",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node18",
  outExtension: { ".js": ".mjs" },
  logLevel: "warning",
});
const built = tests.map((name) => `build/test/${name.replace(/\.ts$/, ".mjs")}`);
const run = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...built], { encoding: "utf8" });
if (run.status === 0) {
  console.log(`unit tests of the dashboard: ${/^# pass (\d+)/m.exec(run.stdout)?.[1]} passed`);
} else {
  console.error(run.stdout, run.stderr);
}
process.exit(run.status ?? 1);
