import type { Random } from "./ports.ts";

const FIRST_MS = 500;
const EARLY_LIMIT_MS = 4_000;
const EARLY_FOR_MS = 60_000;
const LATE_LIMIT_MS = 30_000;

/**
 * Waiting times between two attempts: full jitter under a ceiling that doubles from
 * 0.5 s to 4 s in the first minute of an outage and up to 30 s after it.
 */
export class Backoff {
  private ceiling = FIRST_MS;
  private since: number | undefined;

  constructor(private readonly random: Random) {}

  /** Milliseconds to wait before the next attempt, as of `now`. */
  next(now: number): number {
    this.since ??= now;
    const limit = now - this.since < EARLY_FOR_MS ? EARLY_LIMIT_MS : LATE_LIMIT_MS;
    const wait = this.random() * Math.min(this.ceiling, limit);
    this.ceiling = Math.min(this.ceiling * 2, limit);
    return Math.round(wait);
  }

  /** The outage is over. */
  reset(): void {
    this.ceiling = FIRST_MS;
    this.since = undefined;
  }
}
