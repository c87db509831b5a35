import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConversationView, emptyConversation, fromSnapshot, isEnded, isTyping, unreadCount, withEvent, withHistory, withMark, withTyping } from "../src/core/conversation.ts";
import { linesOf } from "../src/core/lines.ts";
import type { ConversationEvent, LogEntry, Snapshot } from "../src/core/wire.ts";

const ada = { id: "a-1", name: "Ada" };
const entries = (...events: object[]): LogEntry[] => events.map((event, n) => ({ seq: n + 1, at: 1_000 * (n + 1), event: event as ConversationEvent }));
const play = (...events: object[]): ConversationView => entries(...events).reduce(withEvent, emptyConversation("c-1", "e"));
const said = (kind: string, text: string, more: object = {}): object => ({ type: "message_posted", message: text, author: { kind, id: kind === "agent" ? "a-1" : kind, name: kind }, text, ...more });

test("from the first message to the end", () => {
  const opened = play({ type: "conversation_opened", department: "sales", channel: "web" }, said("customer", "hi"), { type: "conversation_queued", department: "sales", reason: "opened" });
  assert.deepEqual([opened.state, opened.department, opened.turn, opened.waitingSince], ["queued", "sales", "agent", 2_000]);
  const answered = [{ type: "agent_assigned", agent: ada, by: "offer" }, said("agent", "hello")].map((event, n) => ({ seq: 4 + n, at: 4_000 + n, event: event as ConversationEvent })).reduce(withEvent, opened);
  assert.deepEqual([answered.state, answered.agent, answered.turn, answered.waitingSince], ["assigned", ada, "customer", undefined]);
});

test("an agent who drops off and comes back", () => {
  const dropped = play({ type: "agent_assigned", agent: ada, by: "offer" }, { type: "agent_unreachable", agent: ada });
  assert.equal(dropped.unreachable, true);
  assert.equal(withEvent(dropped, { seq: 3, at: 1, event: { type: "agent_returned", agent: ada } as ConversationEvent }).unreachable, false);
});

test("close, wrap-up and reopening", () => {
  const closed = play({ type: "agent_assigned", agent: ada, by: "offer" }, { type: "closed", by: "agent", resolution: "resolved" }, { type: "wrap_up_started", until: 9_000 });
  assert.deepEqual([closed.state, closed.wrapUpUntil, closed.resolution, isEnded(closed)], ["wrap_up", 9_000, "resolved", true]);
  const reopened = withEvent(closed, { seq: 4, at: 1, event: { type: "reopened", by: "customer" } as ConversationEvent });
  assert.deepEqual([reopened.state, reopened.wrapUpUntil, isEnded(reopened)], ["assigned", undefined, false]);
});

test("a bot's answer does not end the wait for a person", () => {
  const view = play(said("customer", "hi"), said("bot", "hello"));
  assert.deepEqual([view.turn, view.waitingSince], ["agent", 1_000]);
});

test("an event of a kind that does not exist yet only takes its place", () => {
  const view = play(said("customer", "hi"), { type: "moon_phase", full: true }, said("agent", "yes"));
  assert.equal(view.seq, 3);
  assert.equal(view.turn, "customer");
});

test("what a snapshot states wins over what its few events tell", () => {
  const snapshot = { conversation: "c-1", epoch: "e", seq: 60, state: "wrap_up", agent: ada, turn: "customer", read: { agent: 58 }, events: entries({ type: "tags_set", tags: ["vip"] }, said("customer", "hi")), before: 11 };
  const view = fromSnapshot(snapshot as unknown as Snapshot);
  assert.deepEqual([view.seq, view.state, view.turn, view.tags, view.before, view.read.agent], [60, "wrap_up", "customer", ["vip"], 11, 58]);
});

test("history goes in front, without doubles", () => {
  const view = { ...emptyConversation("c-1", "e"), entries: entries(said("customer", "a"), said("customer", "b")).slice(1), before: 2 };
  const older = withHistory(view, entries(said("customer", "a"), said("customer", "b")), undefined);
  assert.deepEqual(older.entries.map((entry) => entry.seq), [1, 2]);
  assert.equal(older.before, undefined);
});

test("unread counts the other side's lines, marks only move forward", () => {
  const view = play(said("customer", "a"), said("agent", "b"), said("agent", "c"), said("system", "d"));
  assert.equal(unreadCount(view, "customer"), 2);
  const read = withMark(view, "read", "customer", 2);
  assert.equal(unreadCount(read, "customer"), 1);
  assert.equal(withMark(read, "read", "customer", 1), read);
});

test("typing ends by itself and with the message", () => {
  const view = withTyping(play(said("customer", "a")), "agent", 1_000);
  assert.equal(isTyping(view, "agent", 6_999), true);
  assert.equal(isTyping(view, "agent", 7_000), false);
  assert.equal(isTyping(withEvent(view, { seq: 2, at: 1, event: said("agent", "b") as ConversationEvent }), "agent", 1_001), false);
});

test("lines: the pending one is replaced by the event with its ref, in the same place", () => {
  const item = (ref: string, text: string, failed?: string) => ({ order: ref, lane: "chat", ref, command: { type: "send_message", text }, at: 5_000, kept: true, ...(failed && { failed }) });
  const view = withMark(play(said("customer", "a", { ref: "r1" }), said("agent", "b")), "delivered", "agent", 1);
  const lines = linesOf(view, [item("r1", "a"), item("r2", "c"), item("r3", "d", "too_large")], { side: "customer", online: true });
  assert.deepEqual(lines.map((line) => line.key), ["r1", "b", "r2", "r3"]);
  assert.deepEqual(lines.map((line) => line.kind !== "event" && line.mark), ["delivered", undefined, "sending", "failed"]);
  const offline = linesOf(undefined, [item("r2", "c")], { side: "customer", online: false });
  assert.equal(offline[0]?.kind !== "event" && offline[0]?.mark, "held");
});

test("lines: a colleague's line is not mine, a note is a note", () => {
  const view = play(said("agent", "mine"), { type: "note_posted", note: "n1", author: { kind: "agent", id: "a-2", name: "Lin" }, text: "psst" });
  const lines = linesOf(view, [], { side: "agent", id: "a-1", online: true });
  assert.deepEqual(lines.map((line) => line.kind !== "event" && [line.kind, line.own]), [["message", true], ["note", false]]);
});
