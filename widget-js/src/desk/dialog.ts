import { icon } from "../ui/icons.ts";
import { h, type VNode, whenMade } from "../ui/vdom.ts";
import type { Dialog, Model } from "./model.ts";
import { transferDialog } from "./transfer.ts";

/** A modal dialog; Esc and Cancel close it, and the browser gives the focus back. */
export function modal(model: Model, label: string, title: string, body: VNode[], action: VNode, submit: () => void, stay?: string): VNode {
  const { words, act } = model;
  const close = (): void => act.change({ dialog: undefined });
  const node = h(
    "dialog",
    { key: "dialog", "aria-label": label, onclose: close },
    h("form", { class: "dialog", onsubmit: (event: Event) => { event.preventDefault(); submit(); } },
      h("div", { class: "dialog-head" }, h("h2", {}, title), h("button", { type: "button", class: "square", "aria-label": words.cancel, onclick: close }, icon("close"))),
      ...body,
      h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "plain", onclick: close }, stay ?? words.cancel), action)),
  );
  return whenMade(node, (element) => (element as HTMLDialogElement).showModal());
}

export function dialogOf(model: Model): VNode | undefined {
  const { dialog } = model.ui;
  if (!dialog) return undefined;
  if (dialog.kind === "transfer") return transferDialog(dialog, model);
  return dialog.kind === "block" ? blockDialog(dialog, model) : signOutDialog(model);
}

function blockDialog(dialog: Extract<Dialog, { kind: "block" }>, model: Model): VNode {
  const { words, client, act } = model;
  const submit = (): void => {
    act.change({ dialog: undefined });
    act.report(client.block(dialog.customer, dialog.reason.trim()));
    act.report(client.close(dialog.conversation, "spam"));
  };
  const reason = h("input", { type: "text", required: true, value: dialog.reason, maxlength: 500, oninput: (event: Event) => act.change({ dialog: { ...dialog, reason: (event.target as HTMLInputElement).value } }) });
  return modal(
    model, words.endAndBlock, words.endAndBlock,
    [h("p", {}, words.blockExplains), h("label", { class: "labelled" }, h("span", {}, words.blockReason), reason)],
    h("button", { type: "submit", class: "filled danger", disabled: dialog.reason.trim() === "" }, words.block),
    submit,
  );
}

function signOutDialog(model: Model): VNode {
  const { words, act, views } = model;
  const open = [...views.values()].filter((view) => view.state === "assigned").length;
  return modal(
    model, words.signOut, words.signOut, [h("p", {}, words.signOutOpen(open))],
    h("button", { type: "submit", class: "filled danger" }, words.requeueAndSignOut), act.signOut, words.stay,
  );
}
