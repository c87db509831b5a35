import { isEnded } from "../core/conversation.ts";
import type { EventLine, Line, MessageLine } from "../core/lines.ts";
import { face } from "../ui/face.ts";
import { icon } from "../ui/icons.ts";
import { linked } from "../ui/links.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { agentName, type Model } from "./model.ts";

/** The conversation so far. */
export function log(model: Model): VNode {
  const { words, lines, view, client, agentTyping } = model;
  const lastOwn = lines.findLast((line) => line.kind === "message" && line.own && line.mark !== "failed");
  return h(
    "div",
    { key: "log", class: "log", role: "log", "aria-label": words.conversation, "aria-live": "polite", tabindex: "0" },
    !view && lines.length === 0 && h("p", { key: "hello", class: "hello" }, words.greeting),
    view?.before !== undefined && h("button", { key: "older", class: "quiet older", type: "button", onclick: () => void client.loadOlder(view.id) }, words.older),
    ...lines.map((line) => lineOf(line, model, line === lastOwn)),
    agentTyping && typing(model),
  );
}

function lineOf(line: Line, model: Model, showMark: boolean): VNode | undefined {
  return line.kind === "event" ? eventLine(line, model) : messageLine(line, model, showMark);
}

function messageLine(line: MessageLine, model: Model, showMark: boolean): VNode {
  const { words } = model;
  const kind = line.author.kind;
  const head = !line.own && !line.grouped && kind !== "system";
  const side = line.own ? "own" : kind === "system" ? "system" : "theirs";
  return h(
    "article",
    { key: line.key, class: `line ${side} ${line.grouped ? "grouped" : ""} ${line.mark === "failed" || line.mark === "held" ? "unsent" : ""}` },
    head && h("div", { class: "from" },
      face(line.author.id, line.author.name || "?", kind === "bot" ? "bot" : "agent", 32),
      h("span", {}, line.author.name), kind === "bot" && h("span", { class: "chip" }, words.bot)),
    h("div", { class: "bubble", dir: "auto" }, linked(line.text)),
    line.mark === "failed" ? failed(line, model) : line.own && showMark && mark(line, model),
  );
}

function mark(line: MessageLine, { words }: Model): VNode {
  const name = line.mark === "read" || line.mark === "delivered" ? "checks" : line.mark === "sent" ? "check" : "clock";
  const word = line.mark && line.mark !== "failed" ? words[line.mark] : "";
  return h("div", { class: `mark ${line.mark}` }, icon(name, 14), word);
}

function failed(line: MessageLine, { words, client }: Model): VNode {
  const ref = line.ref ?? "";
  return h(
    "div",
    { class: "mark failed", role: "alert" },
    icon("alert", 14), `${words.failed} ${words.failure(line.code ?? "")}`.trim(),
    h("button", { type: "button", class: "link", onclick: () => client.again(ref) }, words.tryAgain),
    h("button", { type: "button", class: "link", onclick: () => client.outbox.discard(ref) }, words.delete),
  );
}

function eventLine({ event, key, seq }: EventLine, { words, view }: Model): VNode | undefined {
  const last = view && isEnded(view) && !view.entries.some((later) => later.seq > seq && later.event.type === "closed");
  const text = event.type === "agent_assigned" ? words.agentJoined(event.agent.name)
    : event.type === "closed" ? (last ? words.ended : words.endedThen) : undefined;
  return text === undefined ? undefined : h("div", { key, class: "event" }, text);
}

function typing(model: Model): VNode {
  const dots = h("span", { class: "dots" }, h("i"), h("i"), h("i"));
  return h("div", { key: "typing", class: "typing" }, dots, h("span", { class: "hidden" }, model.words.typing(agentName(model))));
}
