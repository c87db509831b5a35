import { isEnded, isWaiting, type Line } from "../core/conversation.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { agentName, type Model, siteName } from "./model.ts";

/** Between log and composer: the place in line, or the rating, or the way to a person. */
export function dock(model: Model): VNode {
  const { view } = model;
  const child = !view ? greeting(model) : isEnded(view) ? rating(model) : isWaiting(view) && !view.agent ? line(model) : undefined;
  return h("div", { key: "dock", class: "dock" }, child);
}

function greeting({ words, state, act }: Model): VNode {
  const departments = state.site?.departments ?? [];
  const people = departments.reduce((sum, each) => sum + (each.on_duty ?? 0), 0);
  const usual = departments.map((each) => each.usual_wait_ms).find((ms) => ms !== undefined);
  return h(
    "div",
    { key: "greeting", class: "greeting" },
    state.site && h("p", { class: "here" }, people > 0 ? words.usualWait(people, usual) : words.nobodyHere),
    h("button", { type: "button", class: "filled wide", onclick: act.talk }, words.talk),
  );
}

function line({ words, view, client }: Model): VNode {
  const place = view?.line;
  return h(
    "section",
    { key: "line", class: "card", role: "status" },
    place && dots(place),
    h("h2", {}, place ? words.placeInLine(place.position) : words.waitingForPerson),
    h("p", {}, place?.estimatedMs === undefined ? words.waitUnknown : words.wait(place.estimatedMs, place.highMs)),
    h("button", { type: "button", class: "plain", onclick: () => void client.cancelWait() }, words.cancelWaiting),
  );
}

/** The line as it is: own dot, those before it, the person at its end. */
function dots({ position }: Line): VNode {
  const before = Math.min(Math.max(position - 1, 0), 4);
  const step = 200 / (before + 1);
  const others = Array.from({ length: before }, (_, n) => h("circle", { cx: 10 + step * (n + 1), cy: 8, r: 4, class: "other" }));
  return h(
    "svg",
    { viewBox: "0 0 220 16", class: "queue", "aria-hidden": "true" },
    h("line", { x1: 10, y1: 8, x2: 210, y2: 8, class: "way" }),
    h("circle", { cx: 10, cy: 8, r: 7, class: "own" }), ...others, h("rect", { x: 203, y: 1, width: 14, height: 14, rx: 4, class: "goal" }),
  );
}

function rating(model: Model): VNode {
  const { view, words, client } = model;
  if (view?.score !== undefined) return h("p", { key: "rated", class: "rated", role: "status" }, words.rated);
  const options = words.faces.map((word, n) =>
    h("button", { type: "button", role: "radio", "aria-checked": "false", "aria-label": word, title: word, class: "mouth", onclick: () => void client.rate(n + 1) }, mouth(n - 2)));
  return h(
    "section",
    { key: "rating", class: "card centred" },
    h("h2", {}, words.howDid(view?.agent ? agentName(model) : siteName(model))),
    h("div", { class: "faces", role: "radiogroup", "aria-label": words.rating }, ...options),
  );
}

/** One face: two eyes and a mouth that bends from -2 (down) to 2 (up). */
function mouth(bend: number): VNode {
  return h(
    "svg",
    { viewBox: "0 0 32 32", width: 32, height: 32, class: "smile", "aria-hidden": "true" },
    h("circle", { cx: 16, cy: 16, r: 13 }),
    h("path", { d: `M12 13v.5M20 13v.5M10 20.5q6 ${bend * 3} 12 0` }),
  );
}
