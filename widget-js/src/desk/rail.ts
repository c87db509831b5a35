import { face } from "../ui/face.ts";
import { icon } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import type { Model } from "./model.ts";

/** The agent's own choices. `away` is derived by the hub and never chosen. */
const CHOICES = ["available", "busy", "on_break", "finishing", "offline"];

/** The strip at the edge: who I am, and out. */
export function rail({ words, state, act }: Model): VNode {
  const me = state.agent;
  return h(
    "nav",
    { key: "rail", class: "rail", "aria-label": "Main" },
    h("span", { class: "logo" }, icon("chat", 20)),
    h("span", { class: "grow" }),
    h("button", { class: "square", type: "button", "aria-label": words.signOut, title: words.signOut, onclick: act.askSignOut }, icon("out")),
    me && h("span", { class: "me", title: me.name }, face(me.id, me.name, "agent", 36), h("i", { class: `presence ${state.availability}` })),
  );
}

export function availability({ words, client, state, act }: Model): VNode {
  const options = state.availability === "away" ? [...CHOICES, "away"] : CHOICES;
  return h(
    "label",
    { class: `availability ${state.availability}` },
    h("i", { class: `presence ${state.availability}` }),
    h(
      "select",
      {
        "aria-label": words.availability, value: state.availability,
        onchange: (event: Event) => act.report(client.setAvailability((event.target as HTMLSelectElement).value)),
      },
      ...options.map((each) => h("option", { value: each, key: each, disabled: each === "away" }, words.availabilities[each] ?? each)),
    ),
  );
}
