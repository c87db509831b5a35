/** The generated wire types, under the names that core uses for them. */
import type { AgentCommand, AgentName, AgentPresence, AgentSelf, CustomerCommand, Event, Frame, ListConversations, Numbered, Site } from "./protocol.gen.ts";

export type {
  AgentWelcome, Author, Availability, CannedReply, Card, CustomerWelcome, Page, QueueState, Resolution, Snapshot, Summary, Target, Why,
} from "./protocol.gen.ts";

export type LogEntry = Numbered;
export type ConversationEvent = Event;
export type AgentRef = AgentName;
export type SiteInfo = Site;
export type AgentInfo = AgentSelf;
export type PresenceAgent = AgentPresence;
export type OfferFrame = Extract<Frame, { type: "offer" }>;

export type ListFilter = NonNullable<ListConversations["filter"]>;

type WithoutRef<T> = T extends unknown ? Omit<T, "ref"> : never;
/** Commands as they are asked for: the `ref` is added on sending. */
export type CustomerAsks = WithoutRef<CustomerCommand>;
export type AgentAsks = WithoutRef<AgentCommand>;
