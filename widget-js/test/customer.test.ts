import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { CustomerClient } from "../src/core/customer.ts";
import { linesOf } from "../src/core/lines.ts";
import type { Ports } from "../src/core/ports.ts";
import { FakeHub } from "./support/fake_hub.ts";
import { nodePorts, until } from "./support/ports.ts";

let hub: FakeHub;
let clients: CustomerClient[] = [];

beforeEach(async () => void (hub = await FakeHub.start()));
afterEach(async () => {
  for (const client of clients) client.stop();
  clients = [];
  await hub.stop();
});

function customer(part: Partial<Ports> = {}, seed = 1): CustomerClient {
  const client = new CustomerClient(nodePorts(seed, part), { origin: hub.origin, site: "demo", version: "0", page: () => undefined });
  clients.push(client);
  client.start();
  return client;
}
const ready = (client: CustomerClient): Promise<void> => until("welcome", () => client.connection.get().phase === "ready");
const texts = (client: CustomerClient): string[] =>
  linesOf(client.current(), client.outbox.items.get(), { side: "customer", online: true }).flatMap((line) => (line.kind === "event" ? [] : [line.text]));
const settled = (client: CustomerClient): Promise<void> => until("empty outbox", () => client.outbox.items.get().length === 0);

test("a customer says hello, is welcomed and keeps the token for the next time", async () => {
  const ports = nodePorts(1);
  const client = customer(ports);
  await ready(client);
  assert.equal(hub.last.path, "/v1/customer?site=demo");
  assert.equal(hub.last.heard[0]?.["token"], undefined);
  assert.equal(client.state.get().site?.name, "Demo");
  client.stop();
  const again = customer(ports);
  await ready(again);
  assert.equal(hub.last.heard[0]?.["token"], "token-1");
});

test("messages written before, during and after the connection arrive once and in order", async () => {
  const client = customer();
  void client.say("一");
  void client.say("二");
  await ready(client);
  void client.say("三");
  await settled(client);
  assert.deepEqual(hub.log.map((entry) => entry.event["text"]), ["一", "二", "三"]);
  assert.deepEqual(texts(client), ["一", "二", "三"]);
  assert.equal(hub.commands[0]?.["conversation"], undefined);
});

test("a lost ok: the same ref goes out again and the line is there once", async () => {
  const client = customer();
  await ready(client);
  let swallowed = 0;
  hub.answer = (command, session) => {
    if (swallowed > 0) return undefined;
    swallowed += 1;
    // Done and known to the hub, but the connection dies before the answer.
    const text = command["text"];
    hub.append({ type: "message_posted", message: "m1", author: { kind: "customer", id: "c" }, ref: command["ref"], text }, false);
    session.socket.terminate();
    return [];
  };
  void client.say("only once");
  await until("the second try", () => hub.commands.length === 2);
  assert.equal(hub.commands[0]?.["ref"], hub.commands[1]?.["ref"]);
});

test("a reconnect names where it stands and gets exactly what is missing", async () => {
  const client = customer();
  await ready(client);
  void client.say("before");
  await settled(client);
  await until("the event", () => client.current()?.seq === 1);
  hub.cut();
  for (const text of ["missed 1", "missed 2"]) hub.append({ type: "message_posted", message: text, author: { kind: "agent", id: "a-1", name: "Ada" }, text }, false);
  await until("what was missed", () => client.current()?.seq === 3);
  assert.deepEqual(hub.last.heard[0]?.["resume"], [{ conversation: "c-1", epoch: "e1", seq: 1 }]);
  assert.deepEqual(texts(client), ["before", "missed 1", "missed 2"]);
});

test("another epoch: the snapshot replaces everything", async () => {
  const client = customer();
  await ready(client);
  void client.say("old");
  await settled(client);
  await until("the event", () => client.current()?.seq === 1);
  hub.epoch = "e2";
  hub.log.length = 0;
  hub.append({ type: "message_posted", message: "n", author: { kind: "agent", id: "a-1", name: "Ada" }, text: "restored" }, false);
  hub.cut();
  await until("the snapshot", () => client.current()?.epoch === "e2");
  assert.deepEqual(texts(client), ["restored"]);
});

test("a hole is never shown: the client asks again", async () => {
  const client = customer();
  await ready(client);
  void client.say("one");
  await settled(client);
  await until("the event", () => client.current()?.seq === 1);
  hub.append({ type: "message_posted", message: "m2", author: { kind: "agent", id: "a-1" }, text: "two" }, false);
  hub.append({ type: "message_posted", message: "m3", author: { kind: "agent", id: "a-1" }, text: "three" });
  await until("both", () => client.current()?.seq === 3);
  assert.deepEqual(texts(client), ["one", "two", "three"]);
  assert.equal(hub.sessions.length, 2);
});

test("known events that come twice change nothing", async () => {
  const client = customer();
  await ready(client);
  void client.say("one");
  await settled(client);
  hub.last.say({ type: "event", conversation: "c-1", epoch: "e1", ...hub.log[0] });
  hub.append({ type: "message_posted", message: "m2", author: { kind: "agent", id: "a-1" }, text: "two" });
  await until("the next", () => client.current()?.seq === 2);
  assert.deepEqual(texts(client), ["one", "two"]);
});

test("a slow hub: nothing overtakes, nothing is sent twice on one connection", async () => {
  const client = customer();
  await ready(client);
  const late: (() => void)[] = [];
  hub.answer = (command, session) => {
    late.push(() => session.say({ type: "ok", ref: command["ref"], conversation: "c-1", seq: 1, at: 1 }));
    return [];
  };
  void client.say("one");
  void client.say("two");
  await until("the first", () => late.length === 1);
  assert.equal(client.outbox.items.get().length, 2);
  late[0]?.();
  await until("the second", () => late.length === 2);
  assert.deepEqual(hub.commands.map((command) => command["text"]), ["one", "two"]);
});

test("4501 drops the token once and comes back as a new customer", async () => {
  const ports = nodePorts(1);
  ports.storage.set("kefu:demo:token", "stale");
  hub.refuse = (hello) => (hello["token"] === "stale" ? 4501 : undefined);
  const client = customer(ports);
  await ready(client);
  assert.deepEqual(hub.sessions.map((session) => session.heard[0]?.["token"]), ["stale", undefined]);
  assert.equal(ports.storage.get("kefu:demo:token"), "token-1");
});

test("a hub that refuses the new customer too is left alone", async () => {
  const ports = nodePorts(1);
  ports.storage.set("kefu:demo:token", "stale");
  hub.refuse = () => 4501;
  const client = customer(ports);
  await until("the end", () => client.connection.get().phase === "stopped");
  assert.equal(hub.sessions.length, 2);
});

test("a closed conversation: the message opens a new one by itself", async () => {
  const client = customer();
  await ready(client);
  void client.say("one");
  await settled(client);
  await until("the conversation", () => client.current() !== undefined);
  hub.answer = (command) => (command["conversation"] ? [{ type: "error", ref: command["ref"], code: "conversation_closed", message: "" }] : undefined);
  void client.say("again");
  await until("the new try", () => hub.log.length === 2);
  const [, refused, fresh] = hub.commands;
  assert.equal(refused?.["conversation"], "c-1");
  assert.equal(fresh?.["conversation"], undefined);
  assert.notEqual(refused?.["ref"], fresh?.["ref"]);
});

test("older lines are fetched and put in front", async () => {
  for (let n = 1; n <= 3; n += 1) hub.append({ type: "message_posted", message: `m${n}`, author: { kind: "agent", id: "a-1" }, text: `line ${n}` }, false);
  const whole = hub.log.slice();
  hub.snapshot = () => ({ conversation: "c-1", epoch: "e1", seq: 3, state: "assigned", read: {}, events: whole.slice(2), before: 3 });
  const client = customer();
  await ready(client);
  hub.answer = (command) => [{ type: "history", ref: command["ref"], conversation: "c-1", events: whole.slice(0, 2) }];
  assert.equal(await client.loadOlder("c-1"), true);
  assert.deepEqual(texts(client), ["line 1", "line 2", "line 3"]);
  assert.equal(await client.loadOlder("c-1"), false);
});
