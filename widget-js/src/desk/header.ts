import { isEnded } from "../core/conversation.ts";
import type { Resolution } from "../core/wire.ts";
import { face } from "../ui/face.ts";
import { icon, ring } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { clock, urgency } from "./format.ts";
import { customerName, customerOf, isMine, type Model, summaryOf } from "./model.ts";
import { targetName } from "./transfer.ts";

/** Who it is, whose turn it is, and what can be done with the whole conversation. */
export function header(id: string, model: Model): VNode {
  const view = model.views.get(id);
  const name = customerName(model, id);
  const department = view?.department ?? summaryOf(model, id)?.department ?? "";
  const own = view !== undefined && isMine(model, id) && !isEnded(view);
  return h(
    "header",
    { key: "header", class: "sheet-head" },
    face(customerOf(model, id).id, name, "customer", 36),
    h("div", { class: "grow who" }, h("strong", {}, name), h("small", {}, department)),
    own && turn(model, id),
    own && h("button", { key: "transfer", type: "button", class: "plain", onclick: () => openTransfer(model, id) }, icon("swap", 16), model.words.transfer),
    own && closeButton(model, id),
    view && isMine(model, id) && menuButton(model, id),
    drawerButton(model),
  );
}

function turn({ views, words, now }: Model, id: string): VNode | undefined {
  const view = views.get(id);
  if (view?.waitingSince === undefined || view.turn === "customer") return undefined;
  const { part, tone } = urgency(view.waitingSince, view.respondBy, now);
  const target = view.respondBy === undefined ? "" : ` / ${clock(view.respondBy - view.waitingSince)}`;
  return h("span", { class: `turn ${tone}` }, ring(part, 16, tone), h("b", {}, words.yourTurn), `${clock(now - view.waitingSince)}${target}`);
}

export function openTransfer({ act }: Pick<Model, "act">, conversation: string): void {
  act.change({ dialog: { kind: "transfer", conversation, search: "", note: "" }, menu: false });
}

function closeButton({ words, ui, client, act }: Model, id: string): VNode {
  const options = Object.entries(words.resolutions).filter(([value]) => value !== "abandoned");
  return h(
    "span",
    { key: "close", class: "split" },
    h("button", { type: "button", class: "plain", onclick: () => act.report(client.close(id, ui.resolution)) }, icon("check", 16), words.closeConversation),
    h(
      "select",
      { "aria-label": words.resolution, value: ui.resolution, onchange: (event: Event) => act.change({ resolution: (event.target as HTMLSelectElement).value as Resolution }) },
      ...options.map(([value, label]) => h("option", { key: value, value }, label)),
    ),
  );
}

/** Only where the customer's column has no place of its own. */
function drawerButton({ words, ui, act }: Model): VNode {
  return h(
    "button",
    { key: "drawer", type: "button", class: "square drawer-button", "aria-label": words.contextTitle, "aria-expanded": String(ui.drawer), onclick: () => act.change({ drawer: !ui.drawer }) },
    icon("person"),
  );
}

function menuButton(model: Model, id: string): VNode {
  const { words, ui, act } = model;
  return h(
    "span",
    { key: "more", class: "menu-place" },
    h("button", { type: "button", class: "square", "aria-label": words.more, "aria-haspopup": "menu", "aria-expanded": String(ui.menu), onclick: () => act.change({ menu: !ui.menu }) }, "···"),
    ui.menu && menu(model, id),
  );
}

function menu(model: Model, id: string): VNode {
  const { words, client, act, views } = model;
  const customer = customerOf(model, id).id;
  const item = (label: string, run: () => void): VNode =>
    h("button", { role: "menuitem", type: "button", class: "item", onclick: () => { act.change({ menu: false }); run(); } }, label);
  const last = views.get(id)?.entries.findLast(({ event }) => event.type === "message_posted" && event.author.kind === "customer");
  return h(
    "div",
    { class: "menu", role: "menu" },
    last && item(words.markUnread, () => { client.markUnread(id, last.seq); act.change({ selected: undefined }); }),
    item(words.endAndBlock, () => act.change({ dialog: { kind: "block", conversation: id, customer, reason: "" } })),
  );
}

/** Under the header while a transfer waits for its answer. */
export function transferLine(id: string, model: Model): VNode | undefined {
  const { words, client, act, views } = model;
  const to = views.get(id)?.transferTo;
  return to && h(
    "div",
    { key: "transfer-line", class: "transfer-line" },
    h("span", {}, words.waitingFor(targetName(model, to))),
    h("button", { type: "button", class: "link", onclick: () => act.report(client.withdrawTransfer(id)) }, words.withdraw),
  );
}
