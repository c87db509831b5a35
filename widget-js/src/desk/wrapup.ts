import type { ConversationView } from "../core/conversation.ts";
import type { Resolution } from "../core/wire.ts";
import { ring } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { customerName, type Model } from "./model.ts";

const WRAP_UP_MS = 60_000;

/** In the composer's place after the close: the resolution can be corrected, more time taken. */
export function wrapUp(view: ConversationView, model: Model): VNode {
  const { words, client, act, now, ui } = model;
  const left = Math.max(0, (view.wrapUpUntil ?? now) - now);
  const running = view.state === "wrap_up";
  const resolution = view.resolution ?? ui.resolution;
  return h(
    "section",
    { key: `wrap-up-${view.id}`, class: "wrap-up", "aria-label": words.wrappingUp },
    running && h("span", { class: "countdown" }, ring(left / WRAP_UP_MS, 40), h("b", {}, Math.ceil(left / 1_000))),
    h("div", { class: "grow" }, h("strong", {}, words.closedWith(customerName(model, view.id))), running && h("p", {}, words.stillYours(Math.ceil(left / 1_000)))),
    running && h(
      "select",
      { "aria-label": words.resolution, value: chosen.get(view.id) ?? resolution, onchange: (event: Event) => chosen.set(view.id, (event.target as HTMLSelectElement).value as Resolution) },
      ...Object.entries(words.resolutions).map(([value, label]) => h("option", { key: value, value }, label)),
    ),
    h("button", { type: "button", class: "link", onclick: () => act.report(client.reopen(view.id)) }, words.reopen),
    running && h("button", { type: "button", class: "plain", onclick: () => act.report(client.extendWrapUp(view.id)) }, words.extend),
    running && h("button", { type: "button", class: "filled", onclick: () => act.report(client.finishWrapUp(view.id, chosen.get(view.id))) }, words.finishWrapUp),
  );
}

/** Corrections chosen and not sent yet, by conversation. */
const chosen = new Map<string, Resolution>();
