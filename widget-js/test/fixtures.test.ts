import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { AgentClient } from "../src/core/agent.ts";
import { emptyConversation, withEvent } from "../src/core/conversation.ts";
import { CustomerClient } from "../src/core/customer.ts";
import { memoryStorage } from "../src/core/ports.ts";
import type { Frame } from "../src/core/socket.ts";
import type { ConversationEvent, CustomerWelcome } from "../src/core/wire.ts";
import { FakeSocket } from "./support/fake_socket.ts";
import { HandClock, nodePorts } from "./support/ports.ts";

/** The golden frames of hub/protocol: the Rust tests read the same files. */
const FOLDER = `${process.env["WIDGET_JS"]}../hub/protocol/fixtures`;

function read(kind: string): Map<string, Frame> {
  const names = readdirSync(`${FOLDER}/${kind}`).filter((name) => name.endsWith(".json"));
  return new Map(names.map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(`${FOLDER}/${kind}/${name}`, "utf8")) as Frame]));
}

const frames = read("frame");
const frame = (name: string): Frame => {
  const found = frames.get(name);
  assert.ok(found, `no golden frame ${name}`);
  return found;
};

function rig<T extends { start(): void }>(make: (ports: ReturnType<typeof nodePorts>) => T, welcome: string): { client: T; socket: FakeSocket } {
  FakeSocket.all = [];
  const client = make({ ...nodePorts(1), clock: new HandClock(), WebSocket: FakeSocket });
  client.start();
  const socket = FakeSocket.all[0] as FakeSocket;
  socket.open();
  socket.say(frame(welcome));
  return { client, socket };
}

const customer = () =>
  rig((ports) => new CustomerClient(ports, { origin: "ws://hub", site: "demo", version: "0", locale: "en", page: () => ({ url: "u", title: "t", referrer: "r" }) }), "welcome");
const agent = () =>
  rig((ports) => new AgentClient(ports, { origin: "ws://hub", agent: "ada", token: "t", version: "0", tab: memoryStorage(), signedOut: () => undefined }), "welcome.agent");

test("every frame of the hub is understood, or stepped over, by both clients", () => {
  assert.ok(frames.size > 20);
  for (const make of [customer, agent]) {
    // Nobody gets the other's welcome.
    for (const [name, golden] of [...frames].filter(([, each]) => each.type !== "welcome")) {
      const { client, socket } = make();
      socket.say(golden);
      assert.notEqual(client.connection.get().phase, "idle", name);
    }
  }
});

test("the golden welcome, snapshot and marks arrive where the pages look for them", () => {
  const { client, socket } = customer();
  const welcome = frame("welcome") as unknown as CustomerWelcome;
  assert.equal(client.state.get().site?.name, welcome.site.name);
  socket.say(frame("joined"));
  const snapshot = frame("joined")["snapshot"] as { conversation: string; seq: number; state: string };
  const view = client.view(snapshot.conversation);
  assert.deepEqual([view?.seq, view?.state], [snapshot.seq, snapshot.state]);
  socket.say({ ...frame("queue_position"), conversation: snapshot.conversation });
  assert.equal(client.view(snapshot.conversation)?.line?.position, frame("queue_position")["position"]);
});

test("the addresses of the golden welcome are tried after the own one", () => {
  const { client, socket } = customer();
  const [address] = (frame("welcome") as unknown as CustomerWelcome).addresses ?? [];
  socket.die(1006);
  client.nudge();
  assert.deepEqual(FakeSocket.all.map((each) => each.url), ["ws://hub/v1/customer?site=demo", `${address}?site=demo`]);
});

test("the golden offer, line and presence arrive at the desk", () => {
  const { client, socket } = agent();
  for (const name of ["offer", "queue_state", "presence_state"]) socket.say(frame(name));
  const state = client.state.get();
  assert.equal(state.offers[0]?.offer, frame("offer")["offer"]);
  const department = String(frame("queue_state")["department"]);
  assert.equal(state.queues.get(department)?.waiting, frame("queue_state")["waiting"]);
  assert.equal(state.presence.get(String(frame("presence_state")["department"]))?.length, (frame("presence_state")["agents"] as unknown[]).length);
});

test("every event takes its place in a conversation", () => {
  const events = read("event");
  assert.ok(events.size > 15);
  let view = emptyConversation("c-1", "e");
  for (const event of events.values()) view = withEvent(view, { seq: view.seq + 1, at: 1, event: event as unknown as ConversationEvent });
  assert.equal(view.seq, events.size);
});

/** What our clients send has the golden command's name and no field that it does not know. */
function check(sent: Frame[], golden: Map<string, Frame>): void {
  assert.ok(sent.length > 3);
  for (const command of sent) {
    const known = golden.get(command.type);
    assert.ok(known, `no golden command ${command.type}`);
    for (const [field, value] of Object.entries(command)) {
      assert.ok(field in known, `${command.type} has a field ${field}`);
      assert.equal(typeof value, typeof known[field], `${command.type}.${field}`);
    }
  }
}

test("the customer's commands are the golden ones", () => {
  const { client, socket } = customer();
  socket.say(frame("joined"));
  const ok = (): void => socket.say({ type: "ok", ref: socket.sent.at(-1)?.["ref"], at: 1 });
  for (const act of [() => client.say("hi"), () => client.talkToPerson("sales"), () => client.cancelWait(), () => client.end(), () => client.rate(5, "good")]) {
    void act();
    ok();
  }
  client.typing();
  client.markRead(1_000);
  client.pageView({ url: "u", title: "t" });
  client.reportConnected(12);
  socket.say({ type: "ping" });
  assert.equal(socket.sent.length, 11);
  check(socket.sent, read("customer"));
});

test("the agent's commands are the golden ones", () => {
  const { client, socket } = agent();
  socket.say(frame("joined"));
  const id = String(frame("joined")["conversation"]);
  const calls: (() => unknown)[] = [
    () => client.setAvailability("busy", "lunch"), () => client.accept(id, "o"), () => client.decline(id, "o", "busy"), () => client.claim(id),
    () => client.say(id, "hi"), () => client.note(id, "psst"), () => client.transfer(id, { agent: "lin" }, "why"), () => client.withdrawTransfer(id),
    () => client.close(id, "resolved"), () => client.reopen(id), () => client.finishWrapUp(id, "resolved"), () => client.extendWrapUp(id),
    () => client.setTags(id, ["a"]), () => client.setPriority(id, 3), () => client.block("c", "spam"),
  ];
  for (const call of calls) {
    void call();
    socket.say({ type: "ok", ref: socket.sent.at(-1)?.["ref"], at: 1 });
  }
  client.setIdle(true);
  client.offerShown("o");
  client.typing(id);
  client.markRead(id, 1_000);
  client.markUnread(id, 1);
  void client.history(id).catch(() => undefined);
  check(socket.sent, read("agent"));
  const types = new Set(socket.sent.map((command) => command.type));
  assert.ok(types.size > 22, [...types].join(" "));
});
