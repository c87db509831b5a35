import type { ConversationView, Side } from "./conversation.ts";
import type { OutboxItem } from "./outbox_shelf.ts";
import type { ConversationEvent } from "./wire.ts";

export type Mark = "sending" | "held" | "sent" | "delivered" | "read" | "failed";

export interface MessageLine {
  kind: "message" | "note";
  key: string;
  author: { kind: "customer" | "agent" | "bot" | "system"; id: string; name: string };
  own: boolean;
  text: string;
  at: number;
  seq?: number;
  mark?: Mark;
  /** Of a failed or waiting line. */
  ref?: string;
  code?: string;
  /** Follows a line of the same author within five minutes. */
  grouped: boolean;
}
export interface EventLine {
  kind: "event";
  key: string;
  at: number;
  seq: number;
  event: ConversationEvent;
}
export type Line = MessageLine | EventLine;

export interface Reader {
  side: Side;
  /** For an agent: the own id, so that colleagues' lines are not taken for own ones. */
  id?: string;
  online: boolean;
}

const GROUP_MS = 5 * 60_000;

/** The log as it is read: what happened, then what is still on its way. */
export function linesOf(view: ConversationView | undefined, outbox: readonly OutboxItem[], reader: Reader): Line[] {
  const seen = new Set<string>();
  const lines: Line[] = [];
  for (const { seq, at, event } of view?.entries ?? []) {
    if (event.type === "message_posted" || event.type === "note_posted") {
      if (event.ref) seen.add(event.ref);
      lines.push(posted(view as ConversationView, event, seq, at, reader));
    } else {
      lines.push({ kind: "event", key: `e${seq}`, at, seq, event });
    }
  }
  for (const item of outbox) {
    const text = item.command["text"];
    if (typeof text === "string" && !seen.has(item.ref)) lines.push(waiting(item, text, reader));
  }
  return lines.map((line, n) => (line.kind === "event" ? line : { ...line, grouped: follows(lines[n - 1], line) }));
}

type Posted = Extract<ConversationEvent, { type: "message_posted" | "note_posted" }>;

function posted(view: ConversationView, event: Posted, seq: number, at: number, reader: Reader): MessageLine {
  const author = { kind: event.author.kind, id: event.author.id ?? event.author.name ?? "", name: event.author.name ?? "" };
  const own = author.kind === reader.side && (reader.id === undefined || reader.id === author.id);
  const note = event.type === "note_posted";
  const key = event.ref ?? (note ? event.note : event.message);
  const line: MessageLine = { kind: note ? "note" : "message", key, author, own, text: event.text, at, seq, grouped: false };
  return own && !note ? { ...line, mark: markOf(view, seq, reader.side) } : line;
}

function markOf(view: ConversationView, seq: number, side: Side): Mark {
  const other = side === "customer" ? "agent" : "customer";
  if ((view.read[other] ?? 0) >= seq) return "read";
  return (view.delivered[other] ?? 0) >= seq ? "delivered" : "sent";
}

function waiting(item: OutboxItem, text: string, reader: Reader): MessageLine {
  return {
    kind: item.command.type === "post_note" ? "note" : "message",
    key: item.ref,
    author: { kind: reader.side, id: reader.id ?? "", name: "" },
    own: true,
    text,
    at: item.at,
    ref: item.ref,
    mark: item.failed ? "failed" : reader.online ? "sending" : "held",
    ...(item.failed && { code: item.failed }),
    grouped: false,
  };
}

function follows(before: Line | undefined, line: MessageLine): boolean {
  if (!before || before.kind !== line.kind || line.at - before.at > GROUP_MS) return false;
  return before.author.kind === line.author.kind && (before.own === line.own) && (line.own || before.author.id === line.author.id);
}
