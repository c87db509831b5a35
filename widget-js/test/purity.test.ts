import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = process.env["WIDGET_JS"] ?? "";
const files = (folder: string): string[] =>
  readdirSync(`${root}src/${folder}`, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).map((name) => `${root}src/${folder}/${name}`);

/** The source without its comments and strings, which may say anything. */
function code(file: string): string {
  return readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$|"(?:[^"\\\n]|\\.)*"/gm, '""');
}

test("core uses no DOM, no clock, no randomness and no network of its own", () => {
  const banned = /\b(document|window|navigator|localStorage|sessionStorage|HTMLElement|setTimeout|setInterval|Date\.now|performance\.|Math\.random|crypto|fetch\()/;
  const names = files("core").filter((file) => !file.endsWith("protocol.gen.ts"));
  assert.ok(names.length > 10);
  for (const file of names) {
    const found = banned.exec(code(file).replace(/this\.fetch\(/g, ""));
    assert.equal(found?.[0], undefined, `${file} uses ${found?.[0]}`);
  }
});

test("core imports only from core", () => {
  for (const file of files("core")) {
    for (const [, from] of readFileSync(file, "utf8").matchAll(/from "([^"]+)"/g)) assert.match(from ?? "", /^\.\/[a-z_.]+\.ts$/, file);
  }
});

test("no content ever becomes markup, code or a style attribute", () => {
  const banned = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function|DOMParser)\b|\bstyle\s*[:=]|\.style\b/;
  for (const folder of ["ui", "widget", "desk"]) {
    for (const file of files(folder)) {
      const found = banned.exec(code(file));
      assert.equal(found?.[0], undefined, `${file} uses ${found?.[0]}`);
    }
  }
});
