// Bundles each test file for Node, which cannot run TypeScript itself, and runs them.
import { build } from "esbuild";
import { readdir, rm } from "node:fs/promises";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
// Inside node_modules, so that imports of packages resolve and git does not see it.
const out = `${root}node_modules/.kefu-test`;
const names = (await readdir(`${root}test`)).filter((name) => name.endsWith(".test.ts"));

await rm(out, { recursive: true, force: true });
await build({
  entryPoints: names.map((name) => `${root}test/${name}`), outdir: out, outExtension: { ".js": ".mjs" },
  bundle: true, format: "esm", platform: "node", target: "node20", packages: "external", sourcemap: "inline",
  loader: { ".css": "text" }, define: { "process.env.WIDGET_JS": JSON.stringify(root) }, logLevel: "warning",
});
const tests = names.map((name) => `${out}/${name.replace(/\.ts$/, ".mjs")}`);
const run = spawn(process.execPath, ["--enable-source-maps", "--test", ...tests], { stdio: "inherit" });
run.on("exit", (code) => process.exit(code ?? 1));
