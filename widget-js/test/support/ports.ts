import { WebSocket } from "ws";
import { type Clock, memoryLocks, memoryStorage, type Ports, type SocketConstructor } from "../../src/core/ports.ts";

/** A clock that stands until a test moves it. */
export class HandClock implements Clock {
  private time = 1_000_000;
  private timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((each) => each !== timer));
  }

  /** Lets `ms` pass; what comes due runs in its order. */
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.timers.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((each) => each !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = end;
  }

  /** How long until the next timer, if there is one. */
  nextIn(): number | undefined {
    const next = Math.min(...this.timers.map((each) => each.at));
    return Number.isFinite(next) ? next - this.time : undefined;
  }
}

/** Random numbers that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Real sockets and timers for tests against the fake hub; waits are short. */
export function nodePorts(seed: number, part: Partial<Ports> = {}): Ports {
  return {
    clock: {
      now: () => Date.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms / 50);
        return () => clearTimeout(timer);
      },
    },
    random: seeded(seed),
    WebSocket: WebSocket as unknown as SocketConstructor,
    storage: memoryStorage(),
    locks: memoryLocks(),
    ...part,
  };
}

/** Resolves as soon as `done` holds; asked again at every turn of the event loop. */
export async function until(what: string, done: () => boolean): Promise<void> {
  const giveUp = Date.now() + 20_000;
  while (!done()) {
    if (Date.now() > giveUp) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
