import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/core/backoff.ts";
import { seeded } from "./support/ports.ts";

test("the ceiling doubles from 0.5 s to 4 s in the first minute and to 30 s after it", () => {
  const backoff = new Backoff(() => 0.999_999);
  const waits = (now: number, count: number): number[] => Array.from({ length: count }, () => backoff.next(now));
  assert.deepEqual(waits(0, 5), [500, 1_000, 2_000, 4_000, 4_000]);
  assert.deepEqual(waits(59_999, 1), [4_000]);
  assert.deepEqual(waits(60_000, 5), [4_000, 8_000, 16_000, 30_000, 30_000]);
  backoff.reset();
  assert.deepEqual(waits(90_000, 2), [500, 1_000]);
});

test("the jitter is full: it reaches from nothing to the ceiling", () => {
  const random = seeded(1);
  const firsts = Array.from({ length: 1_000 }, () => new Backoff(random).next(0));
  assert.ok(Math.min(...firsts) < 10);
  assert.ok(Math.max(...firsts) > 490 && Math.max(...firsts) <= 500);
});
