import { HubClient } from "./client.ts";
import { keepCards, readCards } from "./agent_cards.ts";
import { type AgentState, NO_AGENT, changeOffer, withOffer, withoutOffer, withPresence, withSummaries } from "./agent_state.ts";
import { type Side, unreadCount } from "./conversation.ts";
import type { Settled } from "./outbox.ts";
import type { Cancel, KeyValue, Ports } from "./ports.ts";
import type { Frame } from "./socket.ts";
import { Store } from "./store.ts";
import type { AgentAsks, AgentWelcome, Availability, CannedReply, ListFilter, LogEntry, OfferFrame, PresenceAgent, QueueState, Resolution, Summary, Target } from "./wire.ts";

export interface AgentOptions {
  /** Origin of the hub's sockets. */
  origin: string;
  /** The agent's id: outboxes and drafts are kept per agent. */
  agent: string;
  token: string;
  version: string;
  /** Lives as long as the tab: what offers told of customers outlives a reload there. */
  tab: KeyValue;
  /** The hub no longer knows the token. */
  signedOut(): void;
}

/** How long an offer that ended stays to be seen. */
const OFFER_STAYS_MS = 1_500;
/** Close codes that mean: sign in again. */
const SIGNED_OUT = new Set([4500, 4501]);
const LISTS_AT_MOST_EVERY_MS = 1_000;
/** Commands of the agent that belong to no conversation. */
const SELF = "self";

export class AgentClient extends HubClient<AgentAsks> {
  readonly state = new Store<AgentState>(NO_AGENT);
  protected readonly peer: Side = "customer";
  private addresses: string[] = [];
  private clockOffset = 0;
  private repliesVersion: unknown;
  private refreshing: Cancel | undefined;
  private refreshAgain = false;

  constructor(ports: Ports, private readonly options: AgentOptions) {
    super(ports, `kefu-desk:${options.agent}`);
    this.state.update((state) => ({ ...state, cards: readCards(options.tab) }));
  }

  /** The hub's time, as far as the last welcome told. */
  hubNow(): number {
    return this.ports.clock.now() - this.clockOffset;
  }

  setAvailability(availability: Availability, reason?: string): Promise<Settled> {
    const before = this.state.get().availability;
    this.state.update((state) => ({ ...state, availability }));
    return this.now(SELF, { type: "set_availability", availability, ...(reason && { reason }) }).then((settled) => {
      // A welcome may have come in between and told the one before.
      this.state.update((state) => ({ ...state, availability: settled.ok ? availability : before }));
      return settled;
    });
  }

  setIdle(idle: boolean): void {
    this.cast({ type: "activity", idle });
  }

  /** The offer is on the screen: a miss counts from now on. */
  offerShown(offer: string): void {
    this.cast({ type: "offer_shown", offer });
  }

  accept(conversation: string, offer: string): Promise<Settled> {
    return this.answerOffer({ type: "accept_offer", conversation, offer }, offer);
  }

  decline(conversation: string, offer: string, reason?: string): Promise<Settled> {
    return this.answerOffer({ type: "decline_offer", conversation, offer, ...(reason && { reason }) }, offer);
  }

  claim(conversation: string): Promise<Settled> {
    return this.now(conversation, { type: "claim", conversation });
  }

  say(conversation: string, text: string): Promise<Settled> {
    return this.keep({ type: "send_message", conversation, text });
  }

  note(conversation: string, text: string): Promise<Settled> {
    return this.keep({ type: "post_note", conversation, text });
  }

  transfer(conversation: string, to: Target, note?: string): Promise<Settled> {
    return this.keep({ type: "transfer", conversation, to, ...(note && { note }) });
  }

  withdrawTransfer(conversation: string): Promise<Settled> {
    return this.keep({ type: "withdraw_transfer", conversation });
  }

  close(conversation: string, resolution: Resolution): Promise<Settled> {
    return this.keep({ type: "close_conversation", conversation, resolution });
  }

  reopen(conversation: string): Promise<Settled> {
    return this.keep({ type: "reopen", conversation });
  }

  finishWrapUp(conversation: string, resolution?: Resolution): Promise<Settled> {
    return this.keep({ type: "finish_wrap_up", conversation, ...(resolution && { resolution }) });
  }

  extendWrapUp(conversation: string): Promise<Settled> {
    return this.now(conversation, { type: "extend_wrap_up", conversation });
  }

  setTags(conversation: string, tags: string[]): Promise<Settled> {
    return this.keep({ type: "set_tags", conversation, tags });
  }

  setPriority(conversation: string, priority: number): Promise<Settled> {
    return this.keep({ type: "set_priority", conversation, priority });
  }

  block(customer: string, reason: string): Promise<Settled> {
    return this.outbox.add(SELF, { type: "block_customer", customer, reason });
  }

  typing(conversation: string): void {
    this.cast({ type: "typing", conversation });
  }

  /** What was on screen in a focused window. */
  markRead(conversation: string, seq: number): void {
    const view = this.view(conversation);
    if (!view || (view.read.agent ?? 0) >= seq) return;
    if (!this.cast({ type: "mark_read", conversation, seq })) return;
    this.change(conversation, (now) => ({ ...now, read: { ...now.read, agent: seq } }));
  }

  /** Everything from `seq` on counts as unread again, until the agent opens it anew. */
  markUnread(conversation: string, seq: number): void {
    this.cast({ type: "mark_unread", conversation, seq });
    this.change(conversation, (now) => ({ ...now, read: { ...now.read, agent: seq - 1 } }));
  }

  unread(conversation: string): number {
    const view = this.view(conversation);
    return view ? unreadCount(view, "agent") : (this.state.get().summaries.get(conversation)?.unread ?? 0);
  }

  /** Earlier lines of a conversation that is not open here. */
  async history(conversation: string): Promise<LogEntry[]> {
    return (await this.ask({ type: "read_history", conversation, limit: 100 }))["events"] as LogEntry[];
  }

  protected urls(): string[] {
    return [`${this.options.origin}/v1/agent`, ...this.addresses];
  }

  protected hello(): Frame {
    const resume = this.resume.list();
    return {
      type: "hello", client: { name: "kefu-desk", version: this.options.version }, token: this.options.token,
      ...(resume.length > 0 && { resume }),
    };
  }

  /** There is one token; only a new sign-in brings another. */
  protected refused(): boolean {
    return false;
  }

  protected override stopped(code: number): void {
    if (SIGNED_OUT.has(code)) this.options.signedOut();
  }

  protected welcomed(frame: Frame): void {
    const welcome = frame as unknown as AgentWelcome;
    this.addresses = welcome.addresses ?? [];
    this.clockOffset = this.ports.clock.now() - welcome.now;
    this.state.update((state) => withSummaries({
      ...state,
      agent: welcome.agent,
      availability: welcome.availability,
      queues: new Map(welcome.queues.map((queue) => [queue.department, queue])),
      // The hub sends the open ones again.
      offers: state.offers.filter((offer) => offer.state === "answering"),
    }, welcome.conversations));
    if (welcome.canned_replies_version !== this.repliesVersion) void this.readReplies(welcome.canned_replies_version);
    this.refreshLists();
  }

  protected other(frame: Frame): void {
    switch (frame.type) {
      case "offer":
        this.state.update((state) => withOffer(state, frame as unknown as OfferFrame, this.clockOffset));
        return keepCards(this.options.tab, this.state.get().cards);
      case "offer_revoked":
        return this.offerGone(String(frame["offer"]), String(frame["reason"]));
      case "queue_state":
        return this.queueMoved(frame as unknown as QueueState);
      case "presence_state":
      case "presence_diff":
        return this.presenceMoved(frame);
    }
  }

  protected override joined(conversation: string): void {
    this.state.update((state) => ({ ...state, offers: state.offers.filter((offer) => offer.conversation !== conversation) }));
    if (!this.state.get().summaries.has(conversation)) this.refreshLists();
  }

  protected override left(conversation: string): void {
    this.state.update((state) => ({ ...state, summaries: new Map([...state.summaries].filter(([id]) => id !== conversation)) }));
    this.refreshLists();
  }

  /** Asks for the lists again, soon, and not more often than once a second. */
  refreshLists(): void {
    if (this.refreshing) {
      this.refreshAgain = true;
      return;
    }
    this.refreshAgain = false;
    void this.readLists().catch(() => undefined);
    this.refreshing = this.ports.clock.after(LISTS_AT_MOST_EVERY_MS, () => {
      this.refreshing = undefined;
      if (this.refreshAgain) this.refreshLists();
    });
  }

  private async readLists(): Promise<void> {
    const list = async (filter: ListFilter): Promise<Summary[]> =>
      (await this.ask({ type: "list_conversations", filter }))["conversations"] as Summary[];
    const supervisor = this.state.get().agent?.role === "supervisor";
    const [mine, waiting, all] = await Promise.all([list("mine"), list("waiting"), supervisor ? list("all") : []]);
    this.state.update((state) => withSummaries({ ...state, waiting, all }, mine));
  }

  private async readReplies(version: unknown): Promise<void> {
    const answer = await this.ask({ type: "read_canned_replies" }).catch(() => undefined);
    if (!answer) return;
    this.repliesVersion = version;
    this.state.update((state) => ({ ...state, replies: answer["replies"] as CannedReply[] }));
  }

  private async answerOffer(command: Extract<AgentAsks, { offer: string; conversation: string }>, offer: string): Promise<Settled> {
    this.state.update((state) => changeOffer(state, offer, { state: "answering" }));
    const settled = await this.now(command.conversation, command);
    if (settled.ok) this.state.update((state) => withoutOffer(state, offer));
    else this.offerGone(offer, settled.code ?? "expired");
    return settled;
  }

  private offerGone(offer: string, reason: string): void {
    this.state.update((state) => changeOffer(state, offer, { state: "gone", reason }));
    this.ports.clock.after(OFFER_STAYS_MS, () => this.state.update((state) => withoutOffer(state, offer)));
  }

  private queueMoved(queue: QueueState): void {
    this.state.update((state) => ({ ...state, queues: new Map(state.queues).set(queue.department, queue) }));
    this.refreshLists();
  }

  private presenceMoved(frame: Frame): void {
    const department = String(frame["department"]);
    const whole = frame["agents"] as PresenceAgent[] | undefined;
    this.state.update((state) => {
      if (whole) return { ...state, presence: new Map(state.presence).set(department, whole) };
      return withPresence(state, department, frame["joins"] as PresenceAgent[], frame["leaves"] as string[]);
    });
    this.followPresence(department);
  }

  /** The hub changes an availability too (a break after missed offers, the end of `finishing`). */
  private followPresence(department: string): void {
    const { presence, agent } = this.state.get();
    const me = presence.get(department)?.find((each) => each.agent === agent?.id);
    const choosing = this.outbox.items.get().some((item) => item.command.type === "set_availability");
    if (me && !choosing) this.state.update((state) => ({ ...state, availability: me.availability }));
  }

  private keep(command: Extract<AgentAsks, { conversation: string }>): Promise<Settled> {
    return this.outbox.add(command.conversation, command);
  }

  private now(lane: string, command: AgentAsks): Promise<Settled> {
    return this.outbox.add(lane, command, false);
  }
}
