import type { Cancel, Ports } from "./ports.ts";
import { newRef } from "./ports.ts";

/** A durable command as it waits: it has no `ref` field of its own, the item's is added on sending. */
export interface Command {
  type: string;
  [field: string]: unknown;
}

export interface OutboxItem {
  /** Sorts in the order of adding, across reloads and adoptions. */
  readonly order: string;
  /** Commands of one lane go one after the other. */
  readonly lane: string;
  readonly ref: string;
  readonly command: Command;
  readonly at: number;
  /** False: it dies with the page (an answer to an offer is worth nothing after a reload). */
  readonly kept: boolean;
  readonly failed?: string;
}

/**
 * Where a tab keeps its items. Each tab owns the items under its own id for as long as it
 * holds the lock of that id; items whose tab is gone are adopted by whoever finds them.
 */
export class Shelf {
  private readonly tab: string;
  private release: Cancel | undefined;

  constructor(private readonly ports: Ports, private readonly scope: string) {
    this.tab = newRef(ports.random);
  }

  async own(): Promise<void> {
    this.release ??= await this.ports.locks.tryHold(this.lockName(this.tab));
  }

  disown(): void {
    this.release?.();
    this.release = undefined;
  }

  put(item: OutboxItem): void {
    if (item.kept) this.ports.storage.set(this.key(this.tab, item.order), JSON.stringify(item));
  }

  remove(item: OutboxItem): void {
    this.ports.storage.remove(this.key(this.tab, item.order));
  }

  /** Moves the items of tabs that are gone to this one and returns them. */
  async adopt(): Promise<OutboxItem[]> {
    const adopted: OutboxItem[] = [];
    for (const tab of this.otherTabs()) {
      const release = await this.ports.locks.tryHold(this.lockName(tab));
      if (!release) continue;
      for (const key of this.ports.storage.keys(`${this.scope}:out:${tab}:`)) {
        const item = parse(this.ports.storage.get(key));
        // First the copy, then the removal: a tab that dies between them leaves two with
        // one ref, which the hub takes for one.
        if (item) {
          this.put(item);
          adopted.push(item);
        }
        this.ports.storage.remove(key);
      }
      release();
    }
    return adopted;
  }

  private otherTabs(): Set<string> {
    const prefix = `${this.scope}:out:`;
    const tabs = this.ports.storage.keys(prefix).map((key) => key.slice(prefix.length).split(":")[0] ?? "");
    return new Set(tabs.filter((tab) => tab !== this.tab));
  }

  private key(tab: string, order: string): string {
    return `${this.scope}:out:${tab}:${order}`;
  }

  private lockName(tab: string): string {
    return `${this.scope}:tab:${tab}`;
  }
}

function parse(text: string | undefined): OutboxItem | undefined {
  try {
    const item = JSON.parse(text ?? "null") as OutboxItem | null;
    return item && typeof item.ref === "string" && typeof item.command?.type === "string" ? item : undefined;
  } catch {
    return undefined;
  }
}
