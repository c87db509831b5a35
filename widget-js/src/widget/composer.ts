import { isWaiting } from "../core/conversation.ts";
import { isSendKey } from "../ui/enter.ts";
import { icon } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import type { Model } from "./model.ts";

/** Always there, also without a connection: what is written is sent later. */
export function composer({ words, draft, act, view }: Model): VNode {
  const placeholder = view && isWaiting(view) ? words.writeWhileWaiting : words.message;
  return h(
    "form",
    { key: "composer", class: "composer", onsubmit: (event: Event) => { event.preventDefault(); act.send(); } },
    h("textarea", {
      class: "field", rows: 1, "aria-label": words.message, placeholder, value: draft, maxlength: 8000, dir: "auto",
      oninput: (event: Event) => act.write((event.target as HTMLTextAreaElement).value),
      onkeydown: (event: KeyboardEvent) => {
        if (!isSendKey(event)) return;
        event.preventDefault();
        act.send();
      },
    }),
    h("button", { type: "submit", class: "send", "aria-label": words.send, disabled: draft.trim() === "" }, icon("up")),
  );
}
