// interim
export interface LogEntry { seq: number; at: number; event: ConversationEvent }
export interface Author { kind: "customer" | "agent" | "bot" | "system"; id: string; name?: string }
export interface AgentRef { id: string; name: string }
export type Target = { agent: string } | { department: string };
export type ConversationEvent =
  | { type: "message_posted"; message: string; author: Author; ref?: string; body?: { kind: string }; text: string; reply_to?: string }
  | { type: "note_posted"; note: string; author: Author; text: string; ref?: string; whisper?: boolean }
  | { type: "conversation_opened"; department?: string; channel: string; language?: string }
  | { type: "conversation_queued"; department: string; reason: string }
  | { type: "agent_assigned"; agent: AgentRef; by: string }
  | { type: "agent_unreachable"; agent: AgentRef }
  | { type: "agent_returned"; agent: AgentRef }
  | { type: "transferred"; from?: unknown; to: Target; note?: string }
  | { type: "transfer_requested"; to: Target; note?: string }
  | { type: "transfer_returned"; to: Target; reason: string }
  | { type: "wrap_up_started"; until: number }
  | { type: "wrap_up_finished"; resolution?: string }
  | { type: "tags_set"; tags: string[] }
  | { type: "priority_set"; priority: number }
  | { type: "closed"; by: string; resolution?: string }
  | { type: "reopened"; by: string }
  | { type: "survey_sent" }
  | { type: "rated"; score: number; comment?: string };
export interface Snapshot {
  conversation: string; epoch: string; seq: number; state: string; department?: string;
  agent?: AgentRef; turn?: string; waiting_since?: number; respond_by?: number;
  read: { customer?: number; agent?: number }; events: LogEntry[]; before?: number;
}
export interface Summary {
  conversation: string; state: string; department?: string; customer: { id: string; name?: string };
  agent?: AgentRef; last?: { at: number; author: string; text: string }; turn?: string;
  waiting_since?: number; respond_by?: number; unread: number; mentions?: number; since: number;
}
export interface Page { url: string; title: string; referrer?: string }
export interface SiteInfo { name: string; locale: string; departments: { id: string; name: string; open: boolean; on_duty?: number; usual_wait_ms?: number }[] }
export interface CustomerWelcome { customer: string; token: string; site: SiteInfo; conversation?: Snapshot; conversations: Summary[]; addresses?: string[]; now: number; heartbeat_ms: number }
export interface AgentInfo { id: string; name: string; role: string; site?: string; departments: string[] }
export interface QueueState { department: string; waiting: number; longest_wait_ms?: number; available: number; waits?: number[] }
export interface AgentWelcome { agent: AgentInfo; availability: string; conversations: Summary[]; queues: QueueState[]; canned_replies_version: string | number; addresses?: string[]; now: number }
export interface Card { customer: { id: string; name?: string; identified: boolean; tier?: string }; page?: Page; locale?: string; language?: string; device?: { kind: string; os: string; browser: string }; channel: string; earlier: number; department: string; question_type?: string; waiting_ms: number; preview?: string }
export interface Why { rules: string[]; waited_ms: number; relaxed: string[]; candidates: number; tie_break: string }
export interface OfferFrame { conversation: string; offer: string; card: Card; why: Why; expires_at: number }
export interface PresenceAgent { agent: string; name: string; presence: string; availability: string; reason?: string; load: number; capacity: number }
export interface CannedReply { id: string; shortcut: string; title: string; text: string }
