import {
  type ConversationView, emptyConversation, fromSnapshot, type Side, withEvent, withHistory, withMark, withTyping,
} from "./conversation.ts";
import type { Command } from "./outbox_shelf.ts";
import { Outbox } from "./outbox.ts";
import { newRef, type Ports } from "./ports.ts";
import { Resume } from "./resume.ts";
import { type Frame, HubSocket, type SocketState } from "./socket.ts";
import { Store } from "./store.ts";
import type { Author, LogEntry, Snapshot } from "./wire.ts";

export class QueryError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

interface Waiting {
  resolve(frame: Frame): void;
  reject(error: QueryError): void;
}

type Views = ReadonlyMap<string, ConversationView>;

/** What customer and agent clients share: one socket, many conversations, one outbox. */
export abstract class HubClient<Asks extends Command> {
  readonly connection = new Store<SocketState>({ phase: "idle" });
  readonly conversations = new Store<Views>(new Map());
  readonly outbox: Outbox;
  protected readonly socket: HubSocket;
  protected readonly resume = new Resume();
  private readonly queries = new Map<string, Waiting>();
  /** The conversation of the last gap: a second one without progress gives up on resuming it. */
  private gapIn: string | undefined;

  protected constructor(protected readonly ports: Ports, scope: string) {
    this.outbox = new Outbox(ports, scope, (command) => this.socket.send(command));
    this.socket = new HubSocket(ports, {
      urls: () => this.urls(),
      hello: () => this.hello(),
      frame: (frame) => this.receive(frame),
      state: (state) => this.moved(state),
      refused: () => this.refused(),
      commandFailed: (code) => this.outbox.refused(code === 4413 ? "too_large" : "invalid_field"),
    });
  }

  /** Connects, and stays connected until `stop`. */
  start(): void {
    void this.outbox.start();
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
    this.outbox.stop();
  }

  /** The line may be back: do not wait any longer. */
  nudge(): void {
    this.socket.nudge();
  }

  /** Fetches what came before the oldest line; false when there is nothing older. */
  async loadOlder(conversation: string): Promise<boolean> {
    const before = this.view(conversation)?.before;
    if (before === undefined) return false;
    const answer = await this.ask({ type: "read_history", conversation, before, limit: 50 } as unknown as Asks);
    const events = answer["events"] as LogEntry[];
    this.change(conversation, (view) => withHistory(view, events, answer["before"] as number | undefined));
    return true;
  }

  view(conversation: string): ConversationView | undefined {
    return this.conversations.get().get(conversation);
  }

  protected abstract urls(): string[];
  protected abstract hello(): Frame;
  protected abstract refused(): boolean;
  protected abstract welcomed(frame: Frame): void;
  /** Frames that only one of the two kinds of client gets. */
  protected abstract other(frame: Frame): void;
  /** Who is meant where a frame does not say whose typing it is. */
  protected abstract readonly peer: Side;
  /** The hub closed for good, and why. */
  protected stopped(_code: number): void {}
  protected joined(_conversation: string): void {}
  protected left(_conversation: string): void {}

  /** Sends a query; rejects when the hub says no or the connection goes. */
  protected ask(query: Asks): Promise<Frame> {
    const ref = newRef(this.ports.random);
    return new Promise((resolve, reject) => {
      if (!this.socket.send({ ...query, ref })) return reject(new QueryError("disconnected"));
      this.queries.set(ref, { resolve, reject });
    });
  }

  /** Sends what may get lost: typing, marks, views of pages. */
  protected cast(command: Asks): boolean {
    return this.socket.send(command);
  }

  protected change(conversation: string, next: (view: ConversationView) => ConversationView): void {
    const view = this.view(conversation);
    if (view) this.put(next(view));
  }

  protected put(view: ConversationView): void {
    this.conversations.update((views) => new Map(views).set(view.id, view));
  }

  protected replace(snapshot: Snapshot): void {
    this.resume.place(snapshot.conversation, snapshot.epoch, snapshot.seq);
    this.put(fromSnapshot(snapshot));
  }

  protected forget(conversation: string): void {
    this.resume.forget(conversation);
    this.conversations.update((views) => new Map([...views].filter(([id]) => id !== conversation)));
  }

  private moved(state: SocketState): void {
    if (state.phase !== "ready") {
      this.outbox.lost();
      for (const { reject } of this.queries.values()) reject(new QueryError("disconnected"));
      this.queries.clear();
    }
    this.connection.set(state);
    if (state.phase === "stopped") this.stopped(state.code);
  }

  private receive(frame: Frame): void {
    const conversation = String(frame["conversation"] ?? "");
    switch (frame.type) {
      case "welcome":
        this.welcomed(frame);
        return this.outbox.ready();
      case "ok":
      case "error":
        return this.answered(frame);
      case "event":
        return void this.take(conversation, String(frame["epoch"]), frame as unknown as LogEntry);
      case "events":
        return this.takeAll(conversation, String(frame["epoch"]), frame["events"] as LogEntry[]);
      case "joined":
      case "resync":
        this.replace(frame["snapshot"] as Snapshot);
        return this.joined(conversation);
      case "left":
        this.forget(conversation);
        return this.left(conversation);
      case "typing":
        return this.change(conversation, (view) => this.typingIn(view, frame));
      case "read":
      case "delivered":
        return this.marked(conversation, frame.type, frame);
      default:
        return this.resolved(frame) ? undefined : this.other(frame);
    }
  }

  /** Whose mark or typing a frame tells of. */
  private sideOf({ by }: Frame): Side {
    const kind = (by as Author | undefined)?.kind;
    return kind === undefined ? this.peer : kind === "customer" ? "customer" : "agent";
  }

  private typingIn(view: ConversationView, frame: Frame): ConversationView {
    return withTyping(view, this.sideOf(frame), this.ports.clock.now(), frame["text"] as string | undefined);
  }

  private marked(conversation: string, kind: "read" | "delivered", frame: Frame): void {
    const side = this.sideOf(frame);
    this.change(conversation, (view) => withMark(view, kind, side, Number(frame["seq"])));
  }

  private takeAll(conversation: string, epoch: string, events: LogEntry[]): void {
    for (const entry of events) if (!this.take(conversation, epoch, entry)) return;
  }

  /** False when the event does not fit and the connection begins anew. */
  private take(conversation: string, epoch: string, { seq, at, event }: LogEntry): boolean {
    const verdict = this.resume.take(conversation, epoch, seq);
    if (verdict === "gap") {
      this.gap(conversation);
      return false;
    }
    if (verdict === "apply") {
      this.gapIn = undefined;
      this.put(withEvent(this.view(conversation) ?? emptyConversation(conversation, epoch), { seq, at, event }));
      this.applied(conversation, { seq, at, event });
    }
    return true;
  }

  protected applied(_conversation: string, _entry: LogEntry): void {}

  private gap(conversation: string): void {
    if (this.gapIn === conversation) this.resume.forget(conversation);
    this.gapIn = conversation;
    this.socket.reconnect();
  }

  private answered(frame: Frame): void {
    if (this.outbox.answer(frame as Parameters<Outbox["answer"]>[0])) return;
    const waiting = this.queries.get(String(frame["ref"]));
    this.queries.delete(String(frame["ref"]));
    waiting?.reject(new QueryError(String(frame["code"] ?? "unknown")));
  }

  private resolved(frame: Frame): boolean {
    const ref = frame["ref"];
    const waiting = typeof ref === "string" ? this.queries.get(ref) : undefined;
    if (!waiting) return false;
    this.queries.delete(String(ref));
    waiting.resolve(frame);
    return true;
  }
}
