import { isEnded } from "../core/conversation.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { composer } from "./composer.ts";
import { header, transferLine } from "./header.ts";
import { log } from "./log.ts";
import { isMine, type Model, summaryOf } from "./model.ts";
import { wrapUp } from "./wrapup.ts";

/** The sheet in the middle: the chosen conversation. */
export function conversation(model: Model): VNode {
  const { ui, words } = model;
  const id = ui.selected;
  if (id === undefined || !isKnown(id, model)) return h("main", { key: "sheet", class: "sheet nothing" }, connectionLine(model), h("p", {}, words.choosePlace));
  const view = model.views.get(id);
  const foot = !view || !isMine(model, id) ? undefined : isEnded(view) ? wrapUp(view, model) : composer(view, model);
  return h("main", { key: "sheet", class: "sheet" }, header(id, model), transferLine(id, model), connectionLine(model), log(id, model), foot);
}

/** After a reload the chosen conversation may be nobody's or somebody else's. */
function isKnown(id: string, model: Model): boolean {
  return model.views.has(id) || summaryOf(model, id) !== undefined || model.ui.peek?.conversation === id || model.state.waiting.some((each) => each.conversation === id);
}

/** Said once, read out when it changes, in nobody's way. */
function connectionLine({ words, connection, outbox }: Model): VNode {
  const [tone, text] =
    connection.phase === "stopped" ? ["bad", words.stopped]
    : connection.phase === "waiting" ? ["warn", words.reconnecting(outbox.filter((item) => !item.failed).length)]
    : ["none", connection.phase === "ready" ? words.connected : words.connecting];
  return h("div", { key: "connection", class: `connection ${tone}`, role: "status" }, text);
}
