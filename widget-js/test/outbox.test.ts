import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../src/core/outbox.ts";
import type { Command } from "../src/core/outbox_shelf.ts";
import { memoryLocks, memoryStorage, type Ports } from "../src/core/ports.ts";
import { HandClock, nodePorts, seeded } from "./support/ports.ts";

interface Desk {
  outbox: Outbox;
  sent: Command[];
  clock: HandClock;
  online: { now: boolean };
}

function desk(seed: number, shared: Partial<Ports> = {}): Desk {
  const clock = new HandClock();
  const sent: Command[] = [];
  const online = { now: true };
  const ports = { ...nodePorts(seed), random: seeded(seed), clock, ...shared };
  const outbox = new Outbox(ports, "kefu:test", (command) => online.now && sent.push(command) > 0);
  return { outbox, sent, clock, online };
}
const say = (text: string): Command => ({ type: "send_message", text });
const texts = (sent: Command[]): unknown[] => sent.map((command) => command["text"]);
const ref = (command: Command | undefined): string => String(command?.["ref"]);

test("one command in flight per lane, in order; lanes do not wait for each other", () => {
  const { outbox, sent } = desk(1);
  void outbox.add("c-1", say("one"));
  void outbox.add("c-1", say("two"));
  void outbox.add("c-2", say("other"));
  assert.deepEqual(texts(sent), ["one", "other"]);
  outbox.answer({ type: "ok", ref: ref(sent[0]) });
  assert.deepEqual(texts(sent), ["one", "other", "two"]);
});

test("the ref is made once and kept until the hub has answered", async () => {
  const { outbox, sent } = desk(2);
  const settled = outbox.add("c-1", say("one"));
  outbox.lost();
  outbox.ready();
  assert.equal(sent.length, 2);
  assert.equal(ref(sent[0]), ref(sent[1]));
  assert.match(ref(sent[0]), /^[A-Za-z0-9_-]{22}$/);
  assert.equal(outbox.answer({ type: "ok", ref: ref(sent[0]), conversation: "c-1", seq: 4 }), true);
  assert.deepEqual(await settled, { ok: true, ref: ref(sent[0]), conversation: "c-1", seq: 4 });
  assert.equal(outbox.answer({ type: "ok", ref: ref(sent[0]) }), false, "the second ok is nobody's");
});

test("what the hub cannot take now goes later, and those behind it wait", () => {
  const { outbox, sent, clock } = desk(3);
  void outbox.add("c-1", say("one"));
  void outbox.add("c-1", say("two"));
  outbox.answer({ type: "error", ref: ref(sent[0]), code: "unavailable", retry_after_ms: 700 });
  clock.pass(699);
  assert.deepEqual(texts(sent), ["one"]);
  clock.pass(1);
  assert.deepEqual(texts(sent), ["one", "one"]);
  assert.equal(ref(sent[0]), ref(sent[1]));
});

test("a refused message stays, and is sent again under a new ref or deleted", async () => {
  const { outbox, sent } = desk(4);
  const settled = outbox.add("c-1", say("one"));
  void outbox.add("c-1", say("two"));
  outbox.answer({ type: "error", ref: ref(sent[0]), code: "conversation_closed" });
  assert.equal((await settled).code, "conversation_closed");
  assert.deepEqual(texts(sent), ["one", "two"], "the next one does not wait for it");
  outbox.answer({ type: "ok", ref: ref(sent[1]) });
  outbox.retry(ref(sent[0]));
  assert.notEqual(ref(sent[2]), ref(sent[0]));
  outbox.answer({ type: "error", ref: ref(sent[2]), code: "not_found" });
  outbox.discard(ref(sent[2]));
  assert.deepEqual(outbox.items.get(), []);
});

test("a refused command that nobody wrote is reported and gone", async () => {
  const { outbox, sent } = desk(5);
  const settled = outbox.add("c-1", { type: "close_conversation", conversation: "c-1" });
  outbox.answer({ type: "error", ref: ref(sent[0]), code: "not_allowed" });
  assert.equal((await settled).ok, false);
  assert.deepEqual(outbox.items.get(), []);
});

test("a frame too big fails the biggest in flight and spares the others", () => {
  const { outbox } = desk(6);
  void outbox.add("c-1", say("small"));
  void outbox.add("c-2", say("x".repeat(9_000)));
  outbox.refused("too_large");
  assert.deepEqual(outbox.items.get().map((item) => item.failed), [undefined, "too_large"]);
});

test("a reload keeps what was written, with its ref and in its order", async () => {
  const storage = memoryStorage();
  const held = new Set<string>();
  const before = desk(7, { storage, locks: memoryLocks(held) });
  before.online.now = false;
  await before.outbox.start();
  void before.outbox.add("c-1", say("one"));
  void before.outbox.add("c-1", say("two"));
  void before.outbox.add("c-1", { type: "accept_offer", offer: "o" }, false);
  const refs = before.outbox.items.get().map((item) => item.ref);
  held.clear();
  const after = desk(8, { storage, locks: memoryLocks(held) });
  await after.outbox.start();
  assert.deepEqual(after.outbox.items.get().map((item) => item.ref), refs.slice(0, 2), "an answer to an offer dies with the page");
  assert.deepEqual(texts(after.sent), ["one"]);
  after.outbox.answer({ type: "ok", ref: refs[0] ?? "" });
  after.outbox.answer({ type: "ok", ref: refs[1] ?? "" });
  assert.deepEqual(storage.keys("kefu:test:out:"), []);
});

test("a living tab's items are left alone, a dead tab's are adopted once", async () => {
  const storage = memoryStorage();
  const held = new Set<string>();
  const locks = memoryLocks(held);
  const first = desk(9, { storage, locks });
  first.online.now = false;
  await first.outbox.start();
  void first.outbox.add("c-1", say("mine"));
  const second = desk(10, { storage, locks });
  const third = desk(11, { storage, locks });
  await second.outbox.start();
  await third.outbox.start();
  assert.deepEqual([...second.sent, ...third.sent], []);
  first.outbox.stop();
  second.clock.pass(5_000);
  third.clock.pass(5_000);
  await new Promise(setImmediate);
  assert.deepEqual(texts([...second.sent, ...third.sent]), ["mine"]);
});
