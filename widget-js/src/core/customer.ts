import { HubClient } from "./client.ts";
import { isEnded, type Side, withLine, type ConversationView } from "./conversation.ts";
import type { Command } from "./outbox_shelf.ts";
import type { Settled } from "./outbox.ts";
import type { Ports } from "./ports.ts";
import type { Frame } from "./socket.ts";
import { Store } from "./store.ts";
import type { CustomerAsks, CustomerWelcome, LogEntry, Page, SiteInfo, Summary } from "./wire.ts";

export interface CustomerOptions {
  /** Origin of the hub's sockets, such as `wss://chat.example`. */
  origin: string;
  /** The widget key. */
  site: string;
  version: string;
  locale?: string;
  page(): Page | undefined;
}

export interface CustomerState {
  site: SiteInfo | undefined;
  /** The conversation on show: the open one, else the one that ended last while we looked. */
  current: string | undefined;
  earlier: readonly Summary[];
}

/** A customer has one open chat, so what a customer does goes in one lane. */
const LANE = "chat";
/** The conversation cannot take it any more (or was another token's): a new one can. */
const GONE = new Set(["conversation_closed", "not_found"]);

export class CustomerClient extends HubClient<CustomerAsks> {
  readonly state = new Store<CustomerState>({ site: undefined, current: undefined, earlier: [] });
  protected readonly peer: Side = "agent";
  /** Other nodes' sockets, as the last welcome named them: whole, but for the site. */
  private addresses: string[] = [];
  private tokenDropped = false;

  constructor(ports: Ports, private readonly options: CustomerOptions) {
    super(ports, `kefu:${options.site}`);
  }

  /** Whether this browser has been here before: then there may be something unread. */
  isKnown(): boolean {
    return this.token() !== undefined;
  }

  current(): ConversationView | undefined {
    const id = this.state.get().current;
    return id === undefined ? undefined : this.view(id);
  }

  /** Says `text`; where there is no open chat, this opens one. */
  async say(text: string): Promise<void> {
    const settled = await this.command({ type: "send_message", text });
    if (settled.code === "conversation_closed") this.again(settled.ref);
  }

  /** Sends a failed message again, into a new conversation if its own is gone. */
  again(ref: string): void {
    this.outbox.retry(ref, (command) => {
      const { conversation: _, ...fresh } = command;
      const failed = this.outbox.items.get().find((item) => item.ref === ref)?.failed ?? "";
      return GONE.has(failed) ? fresh as Command : command;
    });
  }

  talkToPerson(department?: string): Promise<Settled> {
    return this.command({ type: "request_agent", ...(department && { department }) });
  }

  cancelWait(): Promise<Settled> {
    return this.command({ type: "cancel_wait" });
  }

  end(): Promise<Settled> {
    return this.command({ type: "end_conversation" });
  }

  rate(score: number, comment?: string): Promise<Settled> {
    return this.command({ type: "rate", score, ...(comment && { comment }) });
  }

  typing(): void {
    const view = this.current();
    if (view && !isEnded(view)) this.cast({ type: "typing", conversation: view.id });
  }

  /** What was on screen in a focused window. */
  markRead(seq: number): void {
    const view = this.current();
    if (!view || (view.read.customer ?? 0) >= seq) return;
    if (!this.cast({ type: "mark_read", conversation: view.id, seq })) return;
    this.change(view.id, (now) => ({ ...now, read: { ...now.read, customer: seq } }));
  }

  pageView(page: Page): void {
    this.cast({ type: "page_view", ...page });
  }

  /** Click on the launcher → ready to write. */
  reportConnected(ms: number): void {
    this.cast({ type: "connected", connect_ms: Math.round(ms) });
  }

  protected urls(): string[] {
    const site = encodeURIComponent(this.options.site);
    return [`${this.options.origin}/v1/customer`, ...this.addresses].map((url) => `${url}?site=${site}`);
  }

  protected hello(): Frame {
    const token = this.token();
    const page = this.options.page();
    const resume = this.resume.list();
    const { version, locale } = this.options;
    return {
      type: "hello", client: { name: "kefu-widget", version }, ...(token && { token }), ...(page && { page }),
      ...(locale && { locale }), ...(resume.length > 0 && { resume }),
    };
  }

  /** The token is dropped once; a hub that refuses a new customer too is left alone. */
  protected refused(): boolean {
    if (this.tokenDropped || this.token() === undefined) return false;
    this.tokenDropped = true;
    this.ports.storage.remove(this.tokenKey());
    for (const id of this.conversations.get().keys()) this.forget(id);
    this.state.update((state) => ({ ...state, current: undefined, earlier: [] }));
    return true;
  }

  protected welcomed(frame: Frame): void {
    const welcome = frame as unknown as CustomerWelcome;
    this.tokenDropped = false;
    this.addresses = welcome.addresses ?? [];
    this.ports.storage.set(this.tokenKey(), welcome.token);
    const snapshot = welcome.conversation;
    if (snapshot) this.replace(snapshot);
    this.state.update(({ current }) => ({
      site: welcome.site,
      current: snapshot?.conversation ?? current,
      earlier: welcome.conversations,
    }));
  }

  protected other(frame: Frame): void {
    if (frame.type !== "queue_position") return;
    const { position, estimated_wait_ms, high_ms } = frame as Frame & { position: number; estimated_wait_ms?: number; high_ms?: number };
    const line = {
      position,
      ...(estimated_wait_ms !== undefined && { estimatedMs: estimated_wait_ms }),
      ...(high_ms !== undefined && { highMs: high_ms }),
    };
    this.change(String(frame["conversation"]), (view) => withLine(view, line));
  }

  protected override joined(conversation: string): void {
    this.show(conversation);
  }

  protected override applied(conversation: string, { event }: LogEntry): void {
    const begins = event.type === "conversation_opened" || event.type === "reopened";
    if (begins || this.state.get().current === undefined) this.show(conversation);
  }

  protected override left(conversation: string): void {
    this.state.update((state) => ({ ...state, current: state.current === conversation ? undefined : state.current }));
  }

  private show(conversation: string): void {
    this.state.update((state) => ({ ...state, current: conversation }));
  }

  private command(command: Command): Promise<Settled> {
    const conversation = this.state.get().current;
    return this.outbox.add(LANE, { ...command, ...(conversation && { conversation }) });
  }

  private token(): string | undefined {
    return this.ports.storage.get(this.tokenKey());
  }

  private tokenKey(): string {
    return `kefu:${this.options.site}:token`;
  }
}
