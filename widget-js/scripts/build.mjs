// Builds dist/: what the hub embeds and serves.
import { build, transform } from "esbuild";
import { cp, mkdir, rm, writeFile, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const at = (path) => root + path;

const minifyCss = { name: "css", setup: (run) => run.onLoad({ filter: /widget\.css$/ }, async ({ path }) => {
  const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
  return { contents: code, loader: "text" };
}) };

async function bundle(entry, out) {
  await build({
    entryPoints: [at(entry)], outfile: at(out), bundle: true, minify: true, format: "iife", target: "es2022",
    charset: "utf8", legalComments: "none", plugins: [minifyCss], logLevel: "warning",
  });
}

/** The tokens as a style sheet: light, and dark where the browser asks for it. */
async function tokenCss() {
  const built = await build({ entryPoints: [at("src/ui/tokens.ts")], bundle: true, write: false, format: "esm" });
  const { declarations, FACE_RULES } = await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);
  return `:root{${declarations("light")}}@media (prefers-color-scheme:dark){:root{${declarations("dark")}}}${FACE_RULES}`;
}

async function styles(parts, out) {
  const css = (await Promise.all(parts.map((part) => readFile(at(part), "utf8")))).join("\n");
  const { code } = await transform((await tokenCss()) + css, { loader: "css", minify: true });
  await writeFile(at(out), code);
}

await rm(at("dist"), { recursive: true, force: true });
await mkdir(at("dist"));
await Promise.all([
  bundle("src/widget/loader.ts", "dist/widget.js"),
  bundle("src/desk/main.ts", "dist/desk.js"),
  styles(["src/desk/css/base.css", "src/desk/css/inbox.css", "src/desk/css/conversation.css", "src/desk/css/dialogs.css"], "dist/desk.css"),
  styles(["src/demo/demo.css"], "dist/demo.css"),
  cp(at("src/desk/desk.html"), at("dist/desk.html")),
  cp(at("src/demo/demo.html"), at("dist/demo.html")),
]);
