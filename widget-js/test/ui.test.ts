import assert from "node:assert/strict";
import { test } from "node:test";
import * as en from "../src/i18n/en.ts";
import * as zhCN from "../src/i18n/zh-CN.ts";
import { clock, urgency } from "../src/desk/format.ts";
import { isSendKey } from "../src/ui/enter.ts";
import { initials } from "../src/ui/face.ts";
import { linked, safeHref } from "../src/ui/links.ts";
import { COLOURS } from "../src/ui/tokens.ts";

const shown = (text: string): unknown[] => linked(text).map((part) => (typeof part === "string" ? part : { href: part.props["href"], text: part.children[0] }));

test("links are found, their sentence's punctuation is not part of them", () => {
  assert.deepEqual(shown("See https://shop.example/a?b=1. Thanks"), ["See ", { href: "https://shop.example/a?b=1", text: "https://shop.example/a?b=1" }, ". Thanks"]);
  assert.deepEqual(shown("请看 https://shop.example/茶，谢谢"), ["请看 ", { href: "https://shop.example/%E8%8C%B6", text: "https://shop.example/茶" }, "，谢谢"]);
});

test("nothing but plain http and https becomes a link", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "https://user:pass@evil.example", "<img src=x onerror=alert(1)>"]) {
    assert.deepEqual(shown(text), [text]);
  }
  assert.equal(safeHref("javascript:alert(1)"), undefined);
});

test("Enter sends, Shift+Enter breaks, an input method keeps its Enter", () => {
  const key = (part: object) => ({ key: "Enter", shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, isComposing: false, keyCode: 13, ...part });
  assert.equal(isSendKey(key({})), true);
  for (const part of [{ shiftKey: true }, { isComposing: true }, { keyCode: 229 }, { altKey: true }, { key: "a" }]) assert.equal(isSendKey(key(part)), false);
});

test("faces: two letters, or one character", () => {
  assert.deepEqual(["Hanna Weiss", "ada", "林小满", ""].map(initials), ["HW", "A", "林", "?"]);
});

test("clocks and urgency", () => {
  assert.deepEqual([0, 42_000, 75_000, 4_500_000].map(clock), ["0:00", "0:42", "1:15", "1:15:00"]);
  assert.deepEqual([40, 75, 100].map((now) => urgency(0, 100, now).tone), ["ok", "warn", "bad"]);
  assert.equal(urgency(undefined, 100, 50).part, 0);
});

test("every language has every word, and no empty one", () => {
  for (const part of ["widget", "desk"] as const) {
    for (const [name, word] of Object.entries(en[part])) {
      const other = (zhCN[part] as Record<string, unknown>)[name];
      assert.equal(typeof other, typeof word, name);
      assert.notEqual(other, "", name);
      if (typeof word === "object") assert.deepEqual(Object.keys(other as object), Object.keys(word), name);
    }
  }
});

test("the line's words are honest about the place", () => {
  assert.deepEqual([1, 2, 3, 11, 22].map(en.widget.placeInLine), ["You are next", "You are 2nd in line", "You are 3rd in line", "You are 11th in line", "You are 22nd in line"]);
  assert.equal(en.widget.wait(240_000, 360_000), "About 4 min. At most 6, going by today.");
  assert.equal(zhCN.widget.placeInLine(3), "您前面还有 2 位");
});

type Colour = keyof typeof COLOURS;
const TEXT: [Colour, Colour[]][] = [
  ["ink", ["surface", "canvas", "accent-wash", "note-wash"]], ["ink-2", ["surface", "canvas", "hover", "accent-wash"]],
  ["ink-3", ["surface", "canvas", "sunken", "hover", "accent-wash"]], ["accent-on", ["accent", "accent-hover"]],
  ["accent-text", ["surface", "canvas", "accent-wash", "accent-wash-2"]], ["ok-text", ["surface", "ok-wash"]],
  ["warn-text", ["surface", "warn-wash"]], ["bad-text", ["surface", "bad-wash"]], ["note-text", ["note-wash"]],
];
const GRAPHICS: [Colour, Colour[]][] = [
  ["ok", ["surface"]], ["warn", ["surface"]], ["bad", ["surface"]], ["edge", ["surface", "sunken", "raised"]], ["accent-edge", ["surface", "canvas", "raised"]],
];

function luminance(hex: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test("text has a contrast of 4.5, graphics of 3, in both themes", () => {
  for (const [pairs, least] of [[TEXT, 4.5], [GRAPHICS, 3]] as const) {
    for (const [front, grounds] of pairs) for (const ground of grounds) for (const theme of [0, 1] as const) {
      const measured = contrast(COLOURS[front][theme], COLOURS[ground][theme]);
      // The table's figures are rounded to one digit, and so is the promise.
      assert.ok(Math.round(measured * 10) / 10 >= least, `${front} on ${ground}: ${measured.toFixed(2)}`);
    }
  }
});
