import type { PresenceAgent, Target } from "../core/wire.ts";
import { face } from "../ui/face.ts";
import { icon } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { modal } from "./dialog.ts";
import { customerName, type Dialog, type Model } from "./model.ts";

type Open = Extract<Dialog, { kind: "transfer" }>;

/** Who or what a transfer goes to, by name. */
export function targetName(model: Pick<Model, "state">, to: Target): string {
  if ("department" in to) return to.department;
  return colleagues(model).find((each) => each.agent === to.agent)?.name ?? to.agent;
}

export function transferDialog(dialog: Open, model: Model): VNode {
  const { words, act, client } = model;
  const name = customerName(model, dialog.conversation);
  const change = (part: Partial<Open>): void => act.change({ dialog: { ...dialog, ...part } });
  const { target } = dialog;
  const submit = (): void => {
    if (!target) return;
    act.change({ dialog: undefined });
    act.report(client.transfer(dialog.conversation, target, dialog.note.trim()));
  };
  return modal(
    model,
    words.transfer,
    words.transferOf(name),
    [
      h("div", { class: "targets", role: "radiogroup", "aria-label": words.transferOf(name) }, ...agents(dialog, model, change), ...departments(dialog, model, change)),
      h("label", { class: "labelled" }, h("span", {}, words.transferNote),
        h("textarea", { rows: 2, value: dialog.note, maxlength: 8000, oninput: (event: Event) => change({ note: (event.target as HTMLTextAreaElement).value }) })),
      h("p", { class: "hint" }, target ? words.transferWaits(name, dialog.label ?? "") : ""),
    ],
    h("button", { type: "submit", class: "filled", disabled: !target }, words.transfer),
    submit,
  );
}

function agents(dialog: Open, model: Model, change: (part: Partial<Open>) => void): VNode[] {
  const { words } = model;
  return colleagues(model).filter((each) => each.agent !== model.state.agent?.id).map((each) => {
    const takes = each.presence !== "offline" && ["available", "busy"].includes(each.availability);
    const state = [words.presence[each.presence], words.availabilities[each.availability]].filter(Boolean).join(" · ");
    const chosen = dialog.target && "agent" in dialog.target && dialog.target.agent === each.agent;
    return option(each.name, state, chosen === true, takes, () => change({ target: { agent: each.agent }, label: each.name }),
      face(each.agent, each.name, "agent", 36), h("span", { class: "load" }, `${each.load} / ${each.capacity}`));
  });
}

function departments(dialog: Open, model: Model, change: (part: Partial<Open>) => void): VNode[] {
  return [...model.state.queues.values()].map(({ department, waiting, available }) => {
    const chosen = dialog.target && "department" in dialog.target && dialog.target.department === department;
    return option(department, model.words.queue(waiting, available), chosen === true, true, () => change({ target: { department }, label: department }),
      h("span", { class: "face face-36 soft" }, icon("person", 18)));
  });
}

function option(name: string, state: string, chosen: boolean, enabled: boolean, choose: () => void, picture: VNode, more?: VNode): VNode {
  return h(
    "button",
    { key: name, type: "button", role: "radio", "aria-checked": String(chosen), class: "target", disabled: !enabled, onclick: choose },
    picture, h("span", { class: "grow" }, h("b", {}, name), h("small", {}, state)), more,
  );
}

/** Everybody whose presence we know, once each. */
function colleagues({ state }: Pick<Model, "state">): PresenceAgent[] {
  const all = new Map([...state.presence.values()].flat().map((each) => [each.agent, each]));
  return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}
