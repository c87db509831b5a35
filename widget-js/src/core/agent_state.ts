import type { Cards } from "./agent_cards.ts";
import type { AgentInfo, Availability, CannedReply, Card, OfferFrame, PresenceAgent, QueueState, Summary, Why } from "./wire.ts";

/** An offer at the desk; one that ended stays for a moment with its reason. */
export interface DeskOffer {
  readonly conversation: string;
  readonly offer: string;
  readonly card: Card;
  readonly why: Why;
  /** By this machine's clock, corrected by the welcome's. */
  readonly expiresAt: number;
  readonly state: "open" | "answering" | "gone";
  readonly reason?: string;
}

export interface AgentState {
  readonly agent: AgentInfo | undefined;
  /** What was chosen; idleness is in the presence. */
  readonly availability: Availability;
  /** What the lists say of conversations, mine and others'. */
  readonly summaries: ReadonlyMap<string, Summary>;
  readonly waiting: readonly Summary[];
  readonly all: readonly Summary[];
  readonly offers: readonly DeskOffer[];
  readonly queues: ReadonlyMap<string, QueueState>;
  readonly presence: ReadonlyMap<string, readonly PresenceAgent[]>;
  readonly replies: readonly CannedReply[];
  /** The card and the reasons of each conversation offered to us. */
  readonly cards: Cards;
}

export const NO_AGENT: AgentState = {
  agent: undefined, availability: "offline", summaries: new Map(), waiting: [], all: [], offers: [], queues: new Map(),
  presence: new Map(), replies: [], cards: new Map(),
};

export function withOffer(state: AgentState, frame: OfferFrame, clockOffset: number): AgentState {
  if (state.offers.some((each) => each.offer === frame.offer)) return state;
  const { conversation, offer, card, why, expires_at } = frame;
  const fresh: DeskOffer = { conversation, offer, card, why, expiresAt: expires_at + clockOffset, state: "open" };
  return { ...state, offers: [...state.offers, fresh], cards: new Map(state.cards).set(conversation, { card, why }) };
}

export function changeOffer(state: AgentState, offer: string, change: Partial<DeskOffer>): AgentState {
  return { ...state, offers: state.offers.map((each) => (each.offer === offer ? { ...each, ...change } : each)) };
}

export function withoutOffer(state: AgentState, offer: string): AgentState {
  return { ...state, offers: state.offers.filter((each) => each.offer !== offer) };
}

export function withSummaries(state: AgentState, fresh: readonly Summary[]): AgentState {
  const summaries = new Map(state.summaries);
  for (const summary of fresh) summaries.set(summary.conversation, summary);
  return { ...state, summaries };
}

export function withPresence(state: AgentState, department: string, joins: readonly PresenceAgent[], leaves: readonly string[]): AgentState {
  const gone = new Set([...leaves, ...joins.map((join) => join.agent)]);
  const kept = (state.presence.get(department) ?? []).filter((each) => !gone.has(each.agent));
  const agents = [...kept, ...joins].sort((a, b) => a.name.localeCompare(b.name));
  return { ...state, presence: new Map(state.presence).set(department, agents) };
}
