import { FACE_HUES } from "./tokens.ts";
import { h, type VNode } from "./vdom.ts";

/** Circle: customer. Soft square: colleague, or bot. */
export function face(id: string, name: string, kind: "customer" | "agent" | "bot", size = 36): VNode {
  const shape = kind === "customer" ? "round" : "soft";
  return h("span", { class: `face face-${size} ${shape} av${hue(id)}`, "aria-hidden": "true" }, kind === "bot" ? "⚙" : initials(name));
}

/** One letter for names in Han characters, two for others. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? "")][0] ?? "?";
  if (/\p{Script=Han}/u.test(first)) return first;
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

function hue(id: string): number {
  let hash = 0;
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % FACE_HUES.length;
}
