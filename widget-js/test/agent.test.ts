import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { AgentClient } from "../src/core/agent.ts";
import { Accounts, type Fetch, HttpError } from "../src/core/http.ts";
import { memoryStorage } from "../src/core/ports.ts";
import { FakeHub } from "./support/fake_hub.ts";
import { nodePorts, until } from "./support/ports.ts";

let hub: FakeHub;
let client: AgentClient;
let signedOut = 0;

beforeEach(async () => {
  hub = await FakeHub.start();
  signedOut = 0;
  client = new AgentClient(nodePorts(3), { origin: hub.origin, agent: "a-1", token: "t", version: "0", tab: memoryStorage(), signedOut: () => (signedOut += 1) });
});
afterEach(async () => {
  client.stop();
  await hub.stop();
});

async function ready(): Promise<void> {
  client.start();
  await until("welcome", () => client.state.get().agent !== undefined);
}

const offer = (id: string, conversation = "c-1"): object => ({
  type: "offer", conversation, offer: id, expires_at: Date.now() + 20_000,
  card: { customer: { id: "c", identified: false }, channel: "web", earlier: 0, department: "sales", waiting_ms: 1 },
  why: { rules: ["department"], waited_ms: 1, relaxed: [], candidates: 1, tie_break: "longest_idle" },
});

test("an agent says hello with the token and is welcomed", async () => {
  await ready();
  assert.equal(hub.last.path, "/v1/agent");
  assert.equal(hub.last.heard[0]?.["token"], "t");
  assert.equal(client.state.get().availability, "available");
});

test("an offer that is repeated is one offer; accepting brings the conversation", async () => {
  await ready();
  hub.last.say(offer("o-1"));
  hub.last.say(offer("o-1"));
  hub.last.say(offer("o-2", "c-2"));
  await until("two offers", () => client.state.get().offers.length === 2);
  hub.append({ type: "message_posted", message: "m1", author: { kind: "customer", id: "c" }, text: "hi" }, false);
  hub.answer = (command, session) => {
    if (command.type !== "accept_offer") return undefined;
    session.say({ type: "joined", conversation: "c-1", snapshot: hub.snapshot() });
    return undefined;
  };
  assert.equal((await client.accept("c-1", "o-1")).ok, true);
  assert.equal(client.view("c-1")?.agent?.id, "a-1");
  assert.deepEqual(client.state.get().offers.map((each) => each.offer), ["o-2"]);
  assert.equal(client.state.get().cards.get("c-1")?.card.channel, "web");
  assert.equal(client.unread("c-1"), 1);
  client.markRead("c-1", 1);
  await until("the mark", () => hub.last.heard.some((frame) => frame.type === "mark_read"));
  assert.equal(client.unread("c-1"), 0);
});

test("an offer that was too late says why and goes", async () => {
  await ready();
  hub.last.say(offer("o-1"));
  await until("the offer", () => client.state.get().offers.length === 1);
  hub.answer = (command) => (command.type === "accept_offer" ? [{ type: "error", ref: command["ref"], code: "offer_expired", message: "" }] : undefined);
  const settled = await client.accept("c-1", "o-1");
  assert.equal(settled.code, "offer_expired");
  assert.deepEqual(client.state.get().offers.map((each) => [each.state, each.reason]), [["gone", "offer_expired"]]);
  await until("it is gone", () => client.state.get().offers.length === 0);
});

test("a revoked offer tells its reason", async () => {
  await ready();
  hub.last.say(offer("o-1"));
  hub.last.say({ type: "offer_revoked", conversation: "c-1", offer: "o-1", reason: "cancelled" });
  await until("the reason", () => client.state.get().offers[0]?.reason === "cancelled");
});

test("what the agent chose before the welcome holds after it", async () => {
  void client.setAvailability("busy");
  await ready();
  await until("the answer", () => client.outbox.items.get().length === 0);
  assert.equal(client.state.get().availability, "busy");
});

test("presence: the whole state, then what changed", async () => {
  await ready();
  const agent = (id: string, availability: string): object => ({ agent: id, name: id, presence: "online", availability, load: 0, capacity: 4 });
  hub.last.say({ type: "presence_state", department: "sales", agents: [agent("a-1", "available"), agent("a-2", "busy")] });
  hub.last.say({ type: "presence_diff", department: "sales", joins: [agent("a-3", "available"), agent("a-2", "available")], leaves: ["a-1"] });
  await until("the change", () => client.state.get().presence.get("sales")?.length === 2 && client.state.get().presence.get("sales")?.[1]?.agent === "a-3");
  assert.deepEqual(client.state.get().presence.get("sales")?.map((each) => [each.agent, each.availability]), [["a-2", "available"], ["a-3", "available"]]);
});

test("leaving a conversation takes it off the desk", async () => {
  await ready();
  hub.last.say({ type: "joined", conversation: "c-1", snapshot: hub.snapshot() });
  await until("joined", () => client.view("c-1") !== undefined);
  hub.last.say({ type: "left", conversation: "c-1", reason: "transferred" });
  await until("left", () => client.view("c-1") === undefined);
});

test("a token that died signs the desk out", async () => {
  await ready();
  hub.refuse = () => 4501;
  hub.cut();
  await until("the end", () => client.connection.get().phase === "stopped");
  assert.equal(signedOut, 1);
});

test("accounts: the answers and refusals of the hub", async () => {
  const asked: string[] = [];
  const answer = (status: number, body: unknown): Fetch => async (url, init) => {
    asked.push(`${init?.method} ${url} ${init?.headers?.["Authorization"] ?? ""}`.trim());
    return { ok: status < 300, status, json: async () => body };
  };
  const session = { token: "t", expires_at: 1, agent: { id: "a-1", name: "Ada", role: "agent", site: "demo", departments: [] } };
  assert.equal((await new Accounts(answer(200, session), "http://hub").login("ada", "x")).token, "t");
  await new Accounts(answer(200, {}), "http://hub").logout("t");
  assert.deepEqual(asked, ["POST http://hub/v1/login", "POST http://hub/v1/logout Bearer t"]);
  const late = new Accounts(answer(429, { code: "rate_limited", retry_after_ms: 3_000 }), "").login("ada", "x");
  await assert.rejects(late, (error: HttpError) => error.status === 429 && error.retryAfterMs === 3_000);
  const away: Fetch = () => Promise.reject(new TypeError("no route"));
  await assert.rejects(new Accounts(away, "").me("t"), (error: HttpError) => error.code === "unreachable");
});
