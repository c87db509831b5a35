import type { ConversationEvent, LogEntry, Snapshot } from "./wire.ts";
import { applyEvent } from "./conversation_events.ts";

/** The two sides of a conversation; marks and typing are kept per side. */
export type Side = "customer" | "agent";
export type Marks = Partial<Record<Side, number>>;

/** One conversation as a page shows it. Never changed in place. */
export interface ConversationView {
  readonly id: string;
  readonly epoch: string;
  readonly seq: number;
  readonly state: string;
  readonly department: string | undefined;
  readonly agent: { id: string; name: string } | undefined;
  /** The agent's connection is being restored. */
  readonly unreachable: boolean;
  readonly turn: Side | undefined;
  readonly waitingSince: number | undefined;
  readonly respondBy: number | undefined;
  /** Up to which seq each side has read, and received. */
  readonly read: Marks;
  readonly delivered: Marks;
  readonly entries: readonly LogEntry[];
  /** Present while older events can be fetched: pass it to `read_history`. */
  readonly before: number | undefined;
  readonly typing: { side: Side; at: number; text?: string } | undefined;
  readonly line: Line | undefined;
  readonly transferTo: TransferTarget | undefined;
  readonly wrapUpUntil: number | undefined;
  readonly resolution: string | undefined;
  readonly tags: readonly string[];
  readonly priority: number | undefined;
  readonly score: number | undefined;
}

export interface Line {
  position: number;
  estimatedMs?: number;
  highMs?: number;
}
export type TransferTarget = Extract<ConversationEvent, { type: "transfer_requested" }>["to"];

const TYPING_LASTS_MS = 6_000;

export function emptyConversation(id: string, epoch: string): ConversationView {
  return {
    id, epoch, seq: 0, state: "queued", department: undefined, agent: undefined, unreachable: false,
    turn: undefined, waitingSince: undefined, respondBy: undefined, read: {}, delivered: {},
    entries: [], before: undefined, typing: undefined, line: undefined, transferTo: undefined,
    wrapUpUntil: undefined, resolution: undefined, tags: [], priority: undefined, score: undefined,
  };
}

/** The view of a snapshot; what a client had before is gone, older pages included. */
export function fromSnapshot(snapshot: Snapshot): ConversationView {
  const start = emptyConversation(snapshot.conversation, snapshot.epoch);
  const folded = snapshot.events.reduce(applyEvent, start);
  // The events are only the newest ones: what the snapshot states itself wins.
  return {
    ...folded,
    seq: snapshot.seq,
    state: snapshot.state,
    department: snapshot.department,
    agent: snapshot.agent,
    turn: snapshot.turn as Side | undefined,
    waitingSince: snapshot.waiting_since,
    respondBy: snapshot.respond_by,
    read: { ...snapshot.read },
    before: snapshot.before,
  };
}

/** The view after the next event; whoever calls has checked that it is the next one. */
export function withEvent(view: ConversationView, entry: LogEntry): ConversationView {
  return applyEvent(view, entry);
}

/** Older events put in front, as `history` brought them. */
export function withHistory(view: ConversationView, events: readonly LogEntry[], before: number | undefined): ConversationView {
  const first = view.entries[0]?.seq ?? Number.POSITIVE_INFINITY;
  const older = events.filter((entry) => entry.seq < first).sort((a, b) => a.seq - b.seq);
  return { ...view, entries: [...older, ...view.entries], before };
}

export function withTyping(view: ConversationView, side: Side, now: number, text?: string): ConversationView {
  return { ...view, typing: text === undefined ? { side, at: now } : { side, at: now, text } };
}

/** Marks only move forward. */
export function withMark(view: ConversationView, kind: "read" | "delivered", side: Side, seq: number): ConversationView {
  if ((view[kind][side] ?? 0) >= seq) return view;
  return { ...view, [kind]: { ...view[kind], [side]: seq } };
}

export function withLine(view: ConversationView, line: Line): ConversationView {
  return { ...view, line };
}

/** Whether `side` is typing as of `now`. */
export function isTyping(view: ConversationView, side: Side, now: number): boolean {
  return view.typing?.side === side && now - view.typing.at < TYPING_LASTS_MS;
}

/** Lines from the other side that `reader` has not seen. */
export function unreadCount(view: ConversationView, reader: Side): number {
  const seen = view.read[reader] ?? 0;
  return view.entries.filter(({ seq, event }) => seq > seen && isLineFor(event, reader)).length;
}

function isLineFor(event: ConversationEvent, reader: Side): boolean {
  if (event.type !== "message_posted") return false;
  return reader === "agent" ? event.author.kind === "customer" : event.author.kind !== "customer" && event.author.kind !== "system";
}

/** Over for the customer: closed, or being wrapped up by the agent. */
export function isEnded(view: ConversationView): boolean {
  return view.state === "closed" || view.state === "wrap_up";
}

export function isWaiting(view: ConversationView): boolean {
  return view.state === "queued" || view.state === "offered";
}
