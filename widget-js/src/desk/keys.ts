import { isEnded } from "../core/conversation.ts";
import { openTransfer } from "./header.ts";
import { isMine, mine, type Model } from "./model.ts";

/** Single keys work while no field has the focus; Alt+Enter accepts even then. */
export function deskKeys(event: KeyboardEvent, model: Model): void {
  if (event.isComposing || event.keyCode === 229) return;
  const alone = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.altKey && event.key === "Enter") return done(event, () => acceptFirst(model));
  if (!alone || inField(event) || model.ui.dialog) return;
  if (event.key === "Escape" && model.ui.menu) return model.act.change({ menu: false });
  const run = KEYS[event.key.toLowerCase()];
  if (run) done(event, () => run(model));
}

const KEYS: Record<string, (model: Model) => void> = {
  a: acceptFirst,
  "]": ({ act, ui }) => act.change({ drawer: !ui.drawer }),
  j: (model) => move(model, 1),
  k: (model) => move(model, -1),
  r: (model) => focusComposer(model, false),
  n: (model) => focusComposer(model, true),
  t: (model) => whenMine(model, (id) => openTransfer(model, id)),
  u: (model) => whenMine(model, (id) => markUnread(model, id)),
};

function acceptFirst({ state, act }: Model): void {
  const offer = state.offers.find((each) => each.state === "open");
  if (offer) act.accept(offer);
}

function move(model: Model, step: number): void {
  const ids = mine(model).map((view) => view.id);
  const next = ids[(ids.indexOf(model.ui.selected ?? "") + step + ids.length) % Math.max(ids.length, 1)];
  if (next !== undefined) model.act.select(next);
}

function focusComposer(model: Model, note: boolean): void {
  whenMine(model, (id) => {
    model.act.draft(id, { note });
    document.querySelector<HTMLElement>(".composer textarea")?.focus();
  });
}

function markUnread(model: Model, id: string): void {
  const last = model.views.get(id)?.entries.findLast(({ event }) => event.type === "message_posted" && event.author.kind === "customer");
  if (!last) return;
  model.client.markUnread(id, last.seq);
  model.act.change({ selected: undefined });
}

function whenMine(model: Model, run: (id: string) => void): void {
  const view = model.views.get(model.ui.selected ?? "");
  if (view && isMine(model, view.id) && !isEnded(view)) run(view.id);
}

function inField(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
}

function done(event: KeyboardEvent, run: () => void): void {
  event.preventDefault();
  run();
}
