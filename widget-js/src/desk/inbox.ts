import { type ConversationView, isEnded } from "../core/conversation.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { clock } from "./format.ts";
import { isMine, mine, type Model, type Tab } from "./model.ts";
import { offers } from "./offer.ts";
import { availability } from "./rail.ts";
import { listedRow, ownRow } from "./row.ts";

/** The left column: my conversations by turn, the line, and what is offered to me. */
export function inbox(model: Model): VNode {
  const { words, ui } = model;
  const body = ui.tab === "mine" ? mineList(model) : ui.tab === "waiting" ? waitingList(model) : allList(model);
  return h(
    "section",
    { key: "inbox", class: "inbox" },
    h("div", { class: "inbox-head" }, h("h1", {}, words.title), availability(model)),
    tabs(model),
    h("div", { key: "list", class: "list", role: "list", "aria-label": words.conversations }, ...body),
    offers(model),
    queues(model),
  );
}

function tabs({ words, ui, state, act, ...model }: Model): VNode {
  const tab = (id: Tab, label: string, count: number): VNode =>
    h("button", { key: id, type: "button", "aria-pressed": String(ui.tab === id), onclick: () => { act.change({ tab: id }); model.client.refreshLists(); } }, label, h("span", { class: "count" }, count));
  const supervisor = state.agent?.role === "supervisor";
  return h(
    "div",
    { key: "tabs", class: "tabs" },
    tab("mine", words.mine, [...model.views.values()].filter((view) => !isEnded(view)).length),
    tab("waiting", words.waiting, state.waiting.length),
    supervisor && tab("all", words.all, state.all.length),
  );
}

function mineList(model: Model): VNode[] {
  const { words } = model;
  const views = mine(model).filter((view) => isMine(model, view.id) || view.id === model.ui.selected);
  const open = views.filter((view) => !isEnded(view));
  // Ours: longest waiting first; theirs: latest first.
  const ours = open.filter((view) => view.turn !== "customer").sort((a, b) => (a.waitingSince ?? 0) - (b.waitingSince ?? 0));
  const theirs = open.filter((view) => view.turn === "customer").sort((a, b) => lastAt(b) - lastAt(a));
  const wrapping = views.filter(isEnded);
  if (views.length === 0) return [empty(model)];
  return [...group(words.yourTurn, ours, model), ...group(words.theirTurn, theirs, model), ...group(words.wrappingUp, wrapping, model)];
}

function group(title: string, views: ConversationView[], model: Model): VNode[] {
  if (views.length === 0) return [];
  return [h("h2", { key: `group-${title}`, class: "group" }, title, h("span", { class: "count" }, views.length)), ...views.map((view) => ownRow(view, model))];
}

function waitingList(model: Model): VNode[] {
  const rows = model.state.waiting;
  return rows.length > 0 ? rows.map((row) => listedRow(row, model, true)) : [h("p", { key: "empty", class: "empty" }, model.words.nobodyWaits)];
}

function allList(model: Model): VNode[] {
  return model.state.all.map((row) => listedRow(row, model, false));
}

function empty({ words, state }: Model): VNode {
  const available = state.availability === "available";
  return h("div", { key: "empty", class: "empty" }, h("strong", {}, words.allAnswered), h("p", {}, available ? words.nextComes : words.notAvailable));
}

function queues({ words, state }: Model): VNode {
  const cards = [...state.queues.values()].map((queue) =>
    h(
      "div",
      { key: queue.department, class: "queue-line" },
      h("strong", {}, queue.department),
      h("span", {}, words.queue(queue.waiting, queue.available)),
      queue.waiting > 0 && queue.longest_wait_ms !== undefined && h("span", { class: "longest" }, words.longest(clock(queue.longest_wait_ms))),
    ));
  return h("div", { key: "queues", class: "queues" }, ...cards);
}

function lastAt(view: ConversationView): number {
  return view.entries.at(-1)?.at ?? 0;
}
