import { type ConversationView, isTyping } from "../core/conversation.ts";
import type { Summary } from "../core/wire.ts";
import { face } from "../ui/face.ts";
import { ring } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { clock, urgency } from "./format.ts";
import { customerName, customerOf, draftOf, type Model } from "./model.ts";

/** One of my conversations in the list. */
export function ownRow(view: ConversationView, model: Model): VNode {
  const { words, ui, act, client, now, localNow } = model;
  const name = customerName(model, view.id);
  const unread = client.unread(view.id);
  const ours = view.turn !== "customer" && view.waitingSince !== undefined && view.state === "assigned";
  const waited = now - (view.waitingSince ?? now);
  const { part, tone } = urgency(view.waitingSince, view.respondBy, now);
  const label = [name, ours ? words.yourTurn : words.theirTurn, ...(unread > 0 ? [words.unread(unread)] : [])].join(", ");
  return h("div", { key: view.id, role: "listitem" }, h(
    "button",
    {
      type: "button", class: `row ${unread > 0 ? "unread" : ""}`, "data-id": view.id, "aria-label": label,
      "aria-current": view.id === ui.selected ? "true" : undefined, onclick: () => act.select(view.id),
    },
    face(customerOf(model, view.id).id, name, "customer", 36),
    h("span", { class: "row-name" }, name),
    h("span", { class: `row-clock ${ours ? tone : ""}` }, ours && clock(waited), ours && ring(part, 16, tone)),
    h("span", { class: "row-last", dir: "auto" }, isTyping(view, "customer", localNow) ? words.typing(name) : lastLine(view, model)),
    unread > 0 && h("span", { class: "badge" }, unread),
  ));
}

/** A conversation of a list that is not mine: in the line, or a colleague's. */
export function listedRow(summary: Summary, model: Model, claimable: boolean): VNode {
  const { words, client, act, ui, now } = model;
  const id = summary.conversation;
  const name = summary.customer.name ?? words.customer(summary.customer.id);
  const since = summary.waiting_since;
  return h(
    "div",
    { key: `listed-${id}`, class: `row ${id === ui.selected ? "current" : ""}`, role: "listitem" },
    face(summary.customer.id, name, "customer", 36),
    h("button", { class: "row-name link", type: "button", onclick: () => act.select(id) }, name),
    h("span", { class: "row-clock" }, since !== undefined && clock(now - since)),
    h("span", { class: "row-last", dir: "auto" }, summary.agent ? `${summary.agent.name}: ` : "", summary.last?.text ?? ""),
    claimable && h("button", { type: "button", class: "plain small", onclick: () => act.report(client.claim(id)) }, words.claim),
  );
}

function lastLine(view: ConversationView, model: Model): string {
  const draft = draftOf(model, view.id);
  if (draft.text !== "") return `✎ ${draft.text}`;
  for (const { event } of view.entries.toReversed()) {
    if (event.type === "message_posted") return event.author.kind === "agent" ? `${model.words.you}: ${event.text}` : event.text;
  }
  return "";
}
