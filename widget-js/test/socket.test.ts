import assert from "node:assert/strict";
import { test } from "node:test";
import { HubSocket, type SocketState } from "../src/core/socket.ts";
import { FakeSocket } from "./support/fake_socket.ts";
import { HandClock, nodePorts } from "./support/ports.ts";

function rig(refused = false) {
  FakeSocket.all = [];
  const clock = new HandClock();
  const states: SocketState[] = [];
  const urls = ["ws://first"];
  let failed = 0;
  const socket = new HubSocket({ ...nodePorts(1), clock, random: () => 0.5, WebSocket: FakeSocket }, {
    urls: () => urls, hello: () => ({ type: "hello" }), frame: () => undefined, state: (state) => states.push(state),
    refused: () => refused, commandFailed: () => (failed += 1),
  });
  const last = (): FakeSocket => FakeSocket.all.at(-1) as FakeSocket;
  const welcome = (heartbeat_ms = 5_000): void => {
    last().open();
    last().say({ type: "welcome", heartbeat_ms });
  };
  socket.start();
  return { socket, clock, states, urls, last, welcome, failed: () => failed };
}

test("hello is the first frame, ping is answered, nothing is sent before the welcome", () => {
  const { socket, last, welcome } = rig();
  assert.equal(socket.send({ type: "typing" }), false);
  welcome();
  last().say({ type: "ping" });
  assert.equal(socket.send({ type: "typing" }), true);
  assert.deepEqual(last().sent.map((frame) => frame.type), ["hello", "pong", "typing"]);
});

test("silence for two intervals: the client connects anew", () => {
  const { clock, last, welcome, socket } = rig();
  welcome(5_000);
  clock.pass(9_999);
  last().say({ type: "ping" });
  clock.pass(9_999);
  assert.equal(FakeSocket.all.length, 1);
  const first = last();
  clock.pass(1);
  assert.equal(socket.current().phase, "waiting");
  assert.equal(first.closed, true);
  clock.pass(250);
  assert.equal(FakeSocket.all.length, 2);
});

test("a hub that never welcomes counts as gone", () => {
  const { clock, last, socket } = rig();
  last().open();
  clock.pass(15_000);
  assert.equal(socket.current().phase, "waiting");
});

for (const code of [1001, 1006, 4001, 4002, 4003, 4004, 4429]) {
  test(`close ${code}: reconnect`, () => {
    const { last, welcome, clock } = rig();
    welcome();
    last().die(code);
    clock.pass(500);
    assert.equal(FakeSocket.all.length, 2);
  });
}

for (const code of [1000, 4500, 4501, 4503, 4508, 4510]) {
  test(`close ${code}: stop`, () => {
    const { last, welcome, clock, socket } = rig();
    welcome();
    last().die(code);
    clock.pass(600_000);
    assert.equal(FakeSocket.all.length, 1);
    assert.deepEqual(socket.current(), { phase: "stopped", code });
  });
}

for (const code of [4400, 4413]) test(`close ${code}: the command in flight is marked, then reconnect`, () => {
  const { last, welcome, clock, failed } = rig();
  welcome();
  last().die(code);
  assert.equal(failed(), 1);
  clock.pass(500);
  assert.equal(FakeSocket.all.length, 2);
});

test("restarting: back at the time that the hub named, not before", () => {
  const { last, welcome, clock, socket } = rig();
  welcome();
  last().say({ type: "restarting", reconnect_in_ms: 3_000 });
  clock.pass(1_000);
  last().die(4001);
  socket.nudge();
  clock.pass(1_999);
  assert.equal(FakeSocket.all.length, 1);
  clock.pass(1);
  assert.equal(FakeSocket.all.length, 2);
});

test("restarting: a hub that does not close is left at the named time", () => {
  const { last, welcome, clock } = rig();
  welcome();
  last().say({ type: "restarting", reconnect_in_ms: 3_000 });
  clock.pass(3_000);
  assert.equal(FakeSocket.all.length, 2);
  assert.equal(FakeSocket.all[0]?.closed, true);
});

test("other addresses are tried in turn, and kept while they hold", () => {
  const { last, welcome, clock, urls } = rig();
  welcome();
  urls.push("ws://second");
  const seen = [];
  for (let n = 0; n < 3; n += 1) {
    last().die(1006);
    clock.pass(5_000);
    seen.push(last().url);
  }
  assert.deepEqual(seen, ["ws://second", "ws://first", "ws://second"]);
});

test("a nudge ends the wait at once", () => {
  const { last, welcome, socket } = rig();
  welcome();
  last().die(1006);
  socket.nudge();
  assert.equal(FakeSocket.all.length, 2);
});

test("connections that die at once make the waits longer, one that held makes them short again", () => {
  const { last, welcome, clock, states } = rig();
  const waits = (): number[] => states.flatMap((state) => (state.phase === "waiting" ? [state.until - clock.now()] : [])).slice(-1);
  const lengths: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    welcome();
    last().die(1006);
    lengths.push(...waits());
    clock.pass(2_000);
  }
  assert.deepEqual(lengths, [250, 500, 1_000, 2_000]);
  welcome();
  clock.pass(5_000);
  last().die(1006);
  assert.deepEqual(waits(), [250]);
});
