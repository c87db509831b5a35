import { isTyping } from "../core/conversation.ts";
import { linesOf, type EventLine, type Line, type MessageLine } from "../core/lines.ts";
import type { ConversationView } from "../core/conversation.ts";
import { emptyConversation } from "../core/conversation.ts";
import { face } from "../ui/face.ts";
import { icon } from "../ui/icons.ts";
import { linked } from "../ui/links.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { eventText } from "./event_text.ts";
import { time } from "./format.ts";
import { customerName, customerOf, type Model } from "./model.ts";

/** The conversation's lines; notes and bot lines can be told from messages at a glance. */
export function log(id: string, model: Model): VNode {
  const { words, client, localNow, connection } = model;
  const view = model.views.get(id) ?? peeked(id, model);
  const outbox = model.outbox.filter((item) => item.lane === id);
  const reader = { side: "agent" as const, id: model.state.agent?.id ?? "", online: connection.phase !== "waiting" };
  const lines = linesOf(view, outbox, reader);
  const lastOwn = lines.findLast((line) => line.kind === "message" && line.own && line.mark !== "failed");
  return h(
    "div",
    { key: `log-${id}`, class: "log", role: "log", "aria-label": words.conversation, "aria-live": "polite", tabindex: "0" },
    view?.before !== undefined && h("button", { key: "older", class: "link older", type: "button", onclick: () => void client.loadOlder(id) }, words.older),
    ...lines.map((line) => lineOf(line, id, model, line === lastOwn)),
    view && isTyping(view, "customer", localNow) && h("p", { key: "typing", class: "typing" }, words.typing(customerName(model, id))),
  );
}

/** A conversation that is looked at from outside, as far as the hub lets us. */
function peeked(id: string, { ui }: Model): ConversationView | undefined {
  if (ui.peek?.conversation !== id) return undefined;
  return { ...emptyConversation(id, ""), entries: ui.peek.entries };
}

function lineOf(line: Line, id: string, model: Model, showMark: boolean): VNode | undefined {
  if (line.kind === "event") return eventLine(line, model);
  return line.kind === "note" ? noteLine(line, model) : messageLine(line, id, model, showMark);
}

function messageLine(line: MessageLine, id: string, model: Model, showMark: boolean): VNode {
  const { words } = model;
  const kind = line.author.kind;
  const name = kind === "customer" ? customerName(model, id) : line.own ? words.you : line.author.name || kind;
  const side = kind === "customer" ? "theirs" : kind === "system" ? "system" : "ours";
  const faceId = kind === "customer" ? customerOf(model, id).id : line.author.id;
  const shape = kind === "customer" ? "customer" : kind === "bot" ? "bot" : "agent";
  return h(
    "article",
    { key: line.key, class: `line ${side} ${kind} ${line.grouped ? "grouped" : ""} ${line.mark === "failed" || line.mark === "held" ? "unsent" : ""}` },
    kind !== "system" && h("span", { class: "line-face" }, !line.grouped && face(faceId, line.own ? (model.state.agent?.name ?? name) : name, shape, 32)),
    h("div", { class: "line-body" },
      !line.grouped && kind !== "system" && h("div", { class: "from" }, h("b", {}, name), kind === "bot" && h("span", { class: "chip" }, words.bot), h("time", {}, time(line.at))),
      h("div", { class: "bubble", dir: "auto" }, linked(line.text)),
      line.mark === "failed" ? failed(line, model) : showMark && mark(line, model)),
  );
}

function mark(line: MessageLine, { words }: Model): VNode {
  const name = line.mark === "read" || line.mark === "delivered" ? "checks" : line.mark === "sent" ? "check" : "clock";
  return h("div", { class: `mark ${line.mark}` }, icon(name, 14), words.marks[line.mark ?? ""] ?? "");
}

function failed(line: MessageLine, { words, client }: Model): VNode {
  const ref = line.ref ?? "";
  return h(
    "div",
    { class: "mark failed", role: "alert" },
    icon("alert", 14), `${words.marks["failed"]}: ${words.failed(line.code ?? "")}`,
    h("button", { type: "button", class: "link", onclick: () => client.outbox.retry(ref) }, words.tryAgain),
    h("button", { type: "button", class: "link", onclick: () => client.outbox.discard(ref) }, words.delete),
  );
}

function noteLine(line: MessageLine, model: Model): VNode {
  const { words } = model;
  return h(
    "article",
    { key: line.key, class: "note" },
    h("div", { class: "from" }, icon("note", 14), h("b", {}, line.own ? words.you : line.author.name), `${words.note} · ${words.noteHint}`, h("time", {}, time(line.at))),
    h("div", { dir: "auto", class: "note-text" }, linked(line.text)),
    line.mark === "failed" && failed(line, model),
  );
}

function eventLine(line: EventLine, model: Model): VNode | undefined {
  const text = eventText(line.event, model);
  return text === undefined ? undefined : h("div", { key: line.key, class: "event" }, `${text} · ${time(line.at)}`);
}
