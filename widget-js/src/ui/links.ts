import { h, type VNode } from "./vdom.ts";

const LINK = /\bhttps?:\/\/[^\s<>"'`（），。！？；：、“”‘’》】]+/giu;
/** Punctuation at the end of a link belongs to the sentence. */
const TRAILING = /[.,!?;:)\]}]+$/u;

/** Text with its http(s) links clickable; everything stays text, nothing becomes markup. */
export function linked(text: string): (VNode | string)[] {
  const parts: (VNode | string)[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const shown = match[0].replace(TRAILING, "");
    const href = safeHref(shown);
    if (!href) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, shown));
    from = match.index + shown.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The address if it is an http(s) one without credentials in it. */
export function safeHref(text: string): string | undefined {
  try {
    const url = new URL(text);
    const plain = (url.protocol === "http:" || url.protocol === "https:") && !url.username && !url.password;
    return plain ? url.href : undefined;
  } catch {
    return undefined;
  }
}
