import { isEnded, isWaiting } from "../core/conversation.ts";
import { face } from "../ui/face.ts";
import { icon } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { agentName, type Model, siteName } from "./model.ts";

/** Who is on the other side, and the ways out. */
export function header(model: Model): VNode {
  const { view, words, act, menu } = model;
  const agent = view?.agent;
  return h(
    "header",
    { key: "header", class: "header" },
    agent && face(agent.id, agent.name, "agent", 36),
    h("div", { class: "who" }, h("strong", {}, agent?.name ?? siteName(model)), state(model)),
    view && !isEnded(view) && h(
      "button",
      { class: "quiet square", type: "button", "aria-label": words.more, "aria-haspopup": "menu", "aria-expanded": String(menu), onclick: act.toggleMenu },
      "···",
    ),
    h("button", { key: "close", class: "quiet square", type: "button", "aria-label": words.closeChat, onclick: act.close }, icon("down")),
    menu && menuOf(model),
  );
}

function state({ view, words }: Model): VNode | undefined {
  if (!view || isEnded(view)) return undefined;
  const [tone, text] = view.agent
    ? view.unreachable ? ["warn", words.reconnecting] : ["ok", words.hereNow]
    : isWaiting(view) ? ["warn", words.waitingForPerson] : ["ok", words.bot];
  return h("span", { class: "state" }, h("i", { class: `dot ${tone}` }), text);
}

function menuOf({ words, client, view, act }: Model): VNode {
  const item = (label: string, run: () => void): VNode =>
    h("button", { role: "menuitem", type: "button", class: "item", onclick: () => { act.toggleMenu(); run(); } }, label);
  return h(
    "div",
    { class: "menu", role: "menu" },
    view && !view.agent && !isWaiting(view) && item(words.talk, act.talk),
    item(words.endConversation, () => void client.end()),
  );
}

/** What the customer should know of the connection; read out when it changes. */
export function banner(model: Model): VNode {
  const { words, connection, view } = model;
  const [tone, text] =
    connection.phase === "stopped" ? ["bad", words.stopped]
    : connection.phase === "waiting" ? ["info", words.offline]
    : view?.unreachable ? ["warn", words.agentReconnecting(agentName(model))]
    : ["none", connection.phase === "ready" ? words.connected : words.connecting];
  return h("div", { key: "banner", class: `banner ${tone}`, role: "status" }, text);
}
