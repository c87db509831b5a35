import { h, type VNode } from "../ui/vdom.ts";
import type { Model } from "./model.ts";

/** One line at the foot that says why something did not work. */
export function toast({ ui }: Model): VNode {
  return h("div", { key: "toast", class: "toast-place", role: "status" }, ui.toast !== undefined && h("div", { class: "toast" }, ui.toast));
}
