import { icon } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import type { Model } from "./model.ts";

/** The round button in the corner, with how much is unread. */
export function launcher({ words, open, unread, act }: Model): VNode {
  const badge = unread > 0 && !open;
  return h(
    "button",
    {
      key: "launcher", class: "launcher", type: "button", "aria-expanded": String(open),
      "aria-label": words.openChat, "aria-describedby": badge ? "unread" : undefined,
      hidden: open, onclick: act.open,
    },
    icon("chat", 28),
    badge && h("span", { class: "badge", "aria-hidden": "true" }, words.unread(unread)),
    badge && h("span", { id: "unread", class: "hidden" }, words.unreadLong(unread)),
  );
}
