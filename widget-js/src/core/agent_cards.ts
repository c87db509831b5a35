import type { KeyValue } from "./ports.ts";
import type { Card, Why } from "./wire.ts";

/** What an offer told, by conversation. */
export type Cards = ReadonlyMap<string, { card: Card; why: Why }>;

const KEY = "kefu-desk:cards";
const MOST = 50;

/** The cards that this tab has seen before its reload. */
export function readCards(tab: KeyValue): Cards {
  try {
    return new Map(JSON.parse(tab.get(KEY) ?? "[]") as [string, { card: Card; why: Why }][]);
  } catch {
    return new Map();
  }
}

/** Keeps the newest ones. */
export function keepCards(tab: KeyValue, cards: Cards): void {
  tab.set(KEY, JSON.stringify([...cards].slice(-MOST)));
}
