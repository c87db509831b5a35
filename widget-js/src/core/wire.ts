/** The generated wire types, under the names that core uses for them. */
import type { AgentName, AgentPresence, AgentSelf, Event, Frame, Numbered, Site } from "./protocol.gen.ts";

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
