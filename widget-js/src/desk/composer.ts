import type { ConversationView } from "../core/conversation.ts";
import { isSendKey } from "../ui/enter.ts";
import { icon } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { canned, cannedKey, matching } from "./canned.ts";
import { draftOf, type Model } from "./model.ts";

/** Reply or note; the text is a draft until it is sent, and survives everything. */
export function composer(view: ConversationView, model: Model): VNode {
  const { words, act } = model;
  const draft = draftOf(model, view.id);
  const mode = (note: boolean, label: string, name: "reply" | "note"): VNode =>
    h("button", { key: name, type: "button", "aria-pressed": String(draft.note === note), onclick: () => act.draft(view.id, { note }), "aria-label": note ? words.note : undefined }, icon(name, 16), label);
  return h(
    "form",
    { key: `composer-${view.id}`, class: `composer ${draft.note ? "noting" : ""}`, onsubmit: (event: Event) => { event.preventDefault(); act.submit(view.id); } },
    canned(view.id, model),
    h("div", { key: "modes", class: "modes" }, mode(false, words.reply, "reply"), mode(true, words.note, "note"), draft.note && h("span", { class: "hint" }, words.noteHint)),
    field(view, model),
    h("div", { key: "bar", class: "bar" }, h("span", { class: "hint" }, words.enterSends), h("button", { type: "submit", class: "filled send", disabled: draft.text.trim() === "" }, words.send)),
  );
}

function field(view: ConversationView, model: Model): VNode {
  const { words, act } = model;
  const draft = draftOf(model, view.id);
  return h("textarea", {
    key: "field", rows: 3, dir: "auto", maxlength: 8000, "aria-label": draft.note ? words.note : words.reply, value: draft.text,
    oninput: (event: Event) => {
      act.draft(view.id, { text: (event.target as HTMLTextAreaElement).value });
      if (!draft.note) act.typed(view.id);
    },
    onkeydown: (event: KeyboardEvent) => {
      if (event.isComposing) return;
      if (matching(view.id, model).length > 0 && cannedKey(event, view.id, model)) return event.preventDefault();
      if (event.key === "Escape") return (event.target as HTMLElement).blur();
      if (!isSendKey(event)) return;
      event.preventDefault();
      act.submit(view.id);
    },
  });
}
