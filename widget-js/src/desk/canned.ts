import type { CannedReply } from "../core/wire.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { customerName, draftOf, type Model } from "./model.ts";

const MOST = 6;

/** The replies that fit a draft that begins with `/`; none when the slash is not the first letter. */
export function matching(id: string, model: Model): CannedReply[] {
  const { text } = draftOf(model, id);
  if (!text.startsWith("/") || text.includes("\n")) return [];
  const words = text.slice(1).toLowerCase().split(/\s+/u).filter(Boolean);
  const fits = (reply: CannedReply): boolean => {
    const all = `${reply.shortcut} ${reply.title} ${reply.text}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const first = (reply: CannedReply): number => (reply.shortcut.replace(/^\//, "").toLowerCase().startsWith(words[0] ?? "") ? 0 : 1);
  return model.state.replies.filter(fits).sort((a, b) => first(a) - first(b)).slice(0, MOST);
}

/** The list above the composer. */
export function canned(id: string, model: Model): VNode | undefined {
  const replies = matching(id, model);
  if (replies.length === 0) return undefined;
  return h(
    "div",
    { key: "canned", class: "canned", role: "listbox" },
    ...replies.map((reply, n) => h(
      "button",
      { key: reply.id, type: "button", role: "option", tabindex: "-1", "aria-selected": String(n === chosen(model, replies)), onclick: () => insert(reply, id, model) },
      h("b", {}, reply.shortcut), h("span", {}, reply.text))),
  );
}

/** Handles a key while the list is open; false when the key means nothing to it. */
export function cannedKey(event: KeyboardEvent, id: string, model: Model): boolean {
  const replies = matching(id, model);
  const at = chosen(model, replies);
  const reply = replies[at];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : replies.length - 1;
    model.act.change({ canned: (at + step) % replies.length });
  } else if (event.key === "Enter" || event.key === "Tab") {
    if (reply) insert(reply, id, model);
  } else {
    return false;
  }
  return true;
}

function chosen({ ui }: Model, replies: CannedReply[]): number {
  return Math.min(ui.canned, replies.length - 1);
}

function insert(reply: CannedReply, id: string, model: Model): void {
  const text = reply.text.replaceAll("{customer.name}", customerName(model, id));
  model.act.draft(id, { text });
  model.act.change({ canned: 0 });
}
