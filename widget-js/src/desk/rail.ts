import type { Availability } from "../core/wire.ts";
import { face } from "../ui/face.ts";
import { icon } from "../ui/icons.ts";
import { h, type VNode } from "../ui/vdom.ts";
import type { Model } from "./model.ts";

/** The agent's own choices. `away` is derived by the hub and never chosen. */
const CHOICES: Availability[] = ["available", "busy", "on_break", "finishing", "offline"];

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
  const me = [...state.presence.values()].flat().find((each) => each.agent === state.agent?.id);
  const away = me?.presence === "away" && state.availability === "available";
  const shown = away ? "away" : state.availability;
  const choose = (event: Event): void => act.report(client.setAvailability((event.target as HTMLSelectElement).value as Availability));
  return h(
    "label",
    { class: `availability ${shown}` },
    h("i", { class: `presence ${shown}` }),
    h(
      "select",
      { "aria-label": words.availability, value: state.availability, onchange: choose },
      ...CHOICES.map((each) => h("option", { value: each, key: each }, words.availabilities[each] ?? each)),
    ),
    away && h("span", { class: "hint" }, words.availabilities["away"]),
  );
}
