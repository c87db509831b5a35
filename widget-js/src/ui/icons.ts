import { h, type VNode } from "./vdom.ts";

/** One path each, on a grid of 20, drawn for this project. */
const PATHS = {
  chat: "M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-4 3v-3a1.8 1.8 0 0 1-1.5-2z",
  down: "M5 7.5l5 5 5-5",
  close: "M5 5l10 10M15 5L5 15",
  up: "M10 16V4.5M5 9.5l5-5 5 5",
  check: "M4 10.5l4 4 8-9",
  checks: "M1.5 10.5l3.5 4 7-9M8.5 13l1.5 1.5 8-9",
  clock: "M10 6v4l2.5 2M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0",
  swap: "M4 7h11l-3-3M16 13H5l3 3",
  note: "M4 16l1-4 8-8 3 3-8 8zM11 6l3 3",
  reply: "M8 5L3.5 9.5 8 14M3.5 9.5H12a4 4 0 0 1 4 4V15",
  inbox: "M3.5 11l2-6.5h9l2 6.5v4.5h-13zM3.5 11H7l1 2h4l1-2h3.5",
  alert: "M10 7v4M10 13.5v.5M10 3l7.5 13.5h-15z",
  person: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6M4 16.5a6 6 0 0 1 12 0",
  out: "M8 4H4.5v12H8M8.5 10H17M14 7l3 3-3 3",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName, size = 20): VNode {
  return h(
    "svg",
    { viewBox: "0 0 20 20", width: size, height: size, fill: "none", stroke: "currentColor", "stroke-width": "1.5", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", class: "icon" },
    h("path", { d: PATHS[name] }),
  );
}

/** A ring that is full at 1: a countdown, or the way to a target. */
export function ring(part: number, size: number, tone: "accent" | "ok" | "warn" | "bad" = "accent"): VNode {
  const around = 2 * Math.PI * 8;
  const filled = Math.max(0, Math.min(part, 1)) * around;
  const circle = (kind: string, extra: Record<string, string>): VNode =>
    h("circle", { cx: 10, cy: 10, r: 8, fill: "none", "stroke-width": size > 30 ? "1.6" : "3", class: kind, ...extra });
  return h(
    "svg",
    { viewBox: "0 0 20 20", width: size, height: size, class: `ring ${tone}`, "aria-hidden": "true" },
    circle("ring-back", {}),
    circle("ring-front", { "stroke-dasharray": `${filled.toFixed(2)} ${around.toFixed(2)}`, transform: "rotate(-90 10 10)" }),
  );
}
