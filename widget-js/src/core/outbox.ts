import { mayRetry } from "./codes.ts";
import { type Command, type OutboxItem, Shelf } from "./outbox_shelf.ts";
import { newRef, type Cancel, type Ports } from "./ports.ts";
import { Store } from "./store.ts";

export interface Settled {
  ok: boolean;
  ref: string;
  /** Of the event that the command became, and where. */
  conversation?: string;
  seq?: number;
  code?: string;
}

const RETRY_MS = 2_000;
const ADOPT_EVERY_MS = 5_000;
/** What the user wrote stays on the page when it fails; anything else is reported and gone. */
const WRITTEN = new Set(["send_message", "post_note"]);

/** Durable commands on their way: in order per lane, one in flight, the same `ref` until answered. */
export class Outbox {
  readonly items = new Store<readonly OutboxItem[]>([]);
  private readonly shelf: Shelf;
  private readonly flying = new Set<string>();
  private readonly held = new Map<string, Cancel>();
  private readonly waiting = new Map<string, (settled: Settled) => void>();
  private count = 0;
  private adopting: Cancel | undefined;
  private running = false;

  /** `transmit` answers whether the command went out on a live socket. */
  constructor(private readonly ports: Ports, scope: string, private readonly transmit: (command: Command) => boolean) {
    this.shelf = new Shelf(ports, scope);
  }

  /** Takes this tab's place and the items that closed tabs left; looks again now and then. */
  async start(): Promise<void> {
    this.running = true;
    await this.shelf.own();
    await this.adopt();
  }

  stop(): void {
    this.running = false;
    this.adopting?.();
    for (const cancel of this.held.values()) cancel();
    this.held.clear();
    this.flying.clear();
    this.shelf.disown();
  }

  /** Queues a command; the promise settles when the hub has decided, however long that takes. */
  add(lane: string, command: Command, kept = true): Promise<Settled> {
    const now = this.ports.clock.now();
    const ref = newRef(this.ports.random);
    const item: OutboxItem = { order: this.nextOrder(now, ref), lane, ref, command, at: now, kept };
    this.shelf.put(item);
    this.items.update((items) => [...items, item]);
    const settled = new Promise<Settled>((resolve) => this.waiting.set(item.ref, resolve));
    this.pump();
    return settled;
  }

  /** A socket was welcomed: everything unanswered goes out again. */
  ready(): void {
    this.flying.clear();
    this.pump();
  }

  /** The socket is gone; what was in flight is undecided until the next one. */
  lost(): void {
    this.flying.clear();
  }

  /** The hub's `ok` or `error`; false when the ref is none of ours. */
  answer(frame: { type: string; ref?: string; code?: string; conversation?: string; seq?: number; retry_after_ms?: number }): boolean {
    const item = this.find(frame.ref);
    if (!item) return false;
    this.flying.delete(item.ref);
    if (frame.type === "ok") {
      this.drop(item);
      const { conversation, seq } = frame;
      this.settle(item.ref, { ok: true, ref: item.ref, ...(conversation && { conversation }), ...(seq && { seq }) });
    } else if (mayRetry(frame.code ?? "")) {
      this.hold(item, frame.retry_after_ms ?? RETRY_MS);
    } else {
      this.fail(item, frame.code ?? "unknown");
    }
    this.pump();
    return true;
  }

  /** The socket closed over a frame that the hub cannot take: the biggest in flight was it. */
  refused(code: string): void {
    const flying = this.items.get().filter((item) => this.flying.has(item.ref));
    const size = (item: OutboxItem): number => JSON.stringify(item.command).length;
    const biggest = flying.sort((a, b) => size(b) - size(a))[0];
    if (biggest) this.fail(biggest, code);
  }

  /** Sends a failed item again under a new ref, as `change` wants it. */
  retry(ref: string, change: (command: Command) => Command = (command) => command): void {
    const item = this.find(ref);
    if (!item?.failed) return;
    const { failed: _, ...rest } = item;
    this.swap(item, { ...rest, ref: newRef(this.ports.random), command: change(item.command) });
    this.pump();
  }

  /** Takes a failed item away. */
  discard(ref: string): void {
    const item = this.find(ref);
    if (item?.failed) this.drop(item);
  }

  /** Sorts by time and then by count; a piece of the ref keeps two tabs apart. */
  private nextOrder(now: number, ref: string): string {
    this.count += 1;
    return `${String(now).padStart(15, "0")}-${String(this.count).padStart(6, "0")}-${ref.slice(0, 6)}`;
  }

  private pump(): void {
    const busy = new Set(this.items.get().filter((item) => this.flying.has(item.ref)).map((item) => item.lane));
    for (const item of this.items.get()) {
      if (item.failed || busy.has(item.lane)) continue;
      busy.add(item.lane);
      if (this.held.has(item.ref)) continue;
      if (this.transmit({ ...item.command, ref: item.ref })) this.flying.add(item.ref);
    }
  }

  /** The hub cannot take it now. Those behind it wait too, so the order stays. */
  private hold(item: OutboxItem, ms: number): void {
    const go = (): void => {
      this.held.delete(item.ref);
      this.pump();
    };
    this.held.set(item.ref, this.ports.clock.after(ms, go));
  }

  private fail(item: OutboxItem, code: string): void {
    this.flying.delete(item.ref);
    if (WRITTEN.has(item.command.type)) this.swap(item, { ...item, failed: code });
    else this.drop(item);
    this.settle(item.ref, { ok: false, ref: item.ref, code });
  }

  private async adopt(): Promise<void> {
    const found = await this.shelf.adopt();
    if (found.length > 0) {
      const known = new Set(this.items.get().map((item) => item.ref));
      const fresh = found.filter((item) => !known.has(item.ref));
      this.items.update((items) => [...items, ...fresh].sort((a, b) => (a.order < b.order ? -1 : 1)));
      this.pump();
    }
    if (this.running) this.adopting = this.ports.clock.after(ADOPT_EVERY_MS, () => void this.adopt());
  }

  private find(ref: string | undefined): OutboxItem | undefined {
    return this.items.get().find((item) => item.ref === ref);
  }

  private swap(old: OutboxItem, item: OutboxItem): void {
    this.shelf.put(item);
    this.items.update((items) => items.map((each) => (each === old ? item : each)));
  }

  private drop(item: OutboxItem): void {
    this.held.get(item.ref)?.();
    this.held.delete(item.ref);
    this.shelf.remove(item);
    this.items.update((items) => items.filter((each) => each !== item));
  }

  private settle(ref: string, settled: Settled): void {
    this.waiting.get(ref)?.(settled);
    this.waiting.delete(ref);
  }
}
