// Generated from hub/protocol by `UPDATE=1 cargo test -p protocol`. Do not edit.

export type Secret = string;

export type Availability = "available" | "busy" | "on_break" | "finishing" | "offline";

export type Resolution = "resolved" | "unresolved" | "no_reply" | "abandoned" | "spam" | "duplicate";

export type ListFilter = "mine" | "waiting" | "department" | "all";

export type Turn = "customer" | "agent";

export type Part = "consult" | "whisper";

export type AuthorKind = "customer" | "agent" | "bot" | "system";

export type ErrorCode = "unknown_type" | "invalid_field" | "missing_field" | "ref_reused" | "unauthorised" | "not_found" | "not_allowed" | "offer_expired" | "already_assigned" | "capacity_full" | "conversation_closed" | "agent_unavailable" | "department_closed" | "rate_limited" | "unavailable" | "too_large" | "unsupported";

export type Client = { name: string, version: string, capabilities?: Array<string>, };

export type Page = { url: string, title: string, referrer?: string, };

export type ResumeFrom = { conversation: string, epoch: string, seq: number, };

export type AgentName = { id: string, name: string, };

export type CustomerName = { id: string, name?: string, };

export type Author = { kind: AuthorKind, id?: string, name?: string, };

export type Body = { kind: string, };

export type Attachment = { id: string, name?: string, };

export type CannedReply = { id: string, shortcut: string, title: string, text: Secret, };

export type Target = { "agent": string } | { "department": string };

export type CustomerHello = { client: Client, token?: Secret, identity?: Secret, page?: Page, locale?: string, resume?: Array<ResumeFrom>, };

export type SendMessage = { ref: string, conversation?: string, text: Secret, 
/**
 * Answered `unsupported` for now.
 */
attachments?: Array<Attachment>, reply_to?: string, };

export type RequestAgent = { ref: string, conversation?: string, department?: string, };

export type CancelWait = { ref: string, conversation?: string, };

export type OnConversation = { ref: string, conversation: string, };

export type Rate = { ref: string, conversation: string, score: number, comment?: Secret, };

export type Typing = { conversation: string, text?: Secret, };

export type MarkRead = { conversation: string, seq: number, };

export type Connected = { connect_ms: number, };

export type ReadHistory = { ref: string, conversation: string, before?: number, limit?: number, };

export type ListOwn = { ref: string, before?: string, };

export type Pong = Record<symbol, never>;

export type CustomerCommand = { "type": "hello" } & CustomerHello | { "type": "pong" } & Pong | { "type": "send_message" } & SendMessage | { "type": "request_agent" } & RequestAgent | { "type": "cancel_wait" } & CancelWait | { "type": "end_conversation" } & OnConversation | { "type": "rate" } & Rate | { "type": "typing" } & Typing | { "type": "mark_read" } & MarkRead | { "type": "page_view" } & Page | { "type": "connected" } & Connected | { "type": "read_history" } & ReadHistory | { "type": "list_conversations" } & ListOwn;

export type AgentHello = { client: Client, token: Secret, resume?: Array<ResumeFrom>, };

export type SetAvailability = { ref: string, availability: Availability, reason?: string, };

export type Activity = { idle: boolean, };

export type OfferShown = { offer: string, };

export type AcceptOffer = { ref: string, conversation: string, offer: string, };

export type DeclineOffer = { ref: string, conversation: string, offer: string, reason?: string, };

export type AgentMessage = { ref: string, conversation: string, text: Secret, 
/**
 * Answered `unsupported` for now.
 */
attachments?: Array<Attachment>, reply_to?: string, };

export type PostNote = { ref: string, conversation: string, text: Secret, mentions?: Array<string>, };

export type TransferTo = { ref: string, conversation: string, to: Target, note?: Secret, when_back?: boolean, };

export type CloseConversation = { ref: string, conversation: string, resolution: Resolution, tags?: Array<string>, note?: Secret, };

export type FinishWrapUp = { ref: string, conversation: string, resolution?: Resolution, };

export type SetTags = { ref: string, conversation: string, tags: Array<string>, };

export type SetPriority = { ref: string, conversation: string, priority: number, };

export type BlockCustomer = { ref: string, customer: string, reason: Secret, until?: number, };

export type UnblockCustomer = { ref: string, customer: string, };

export type StartConversation = { ref: string, customer: string, text: Secret, };

export type ListConversations = { ref: string, 
/**
 * A [`ListFilter`](crate::shared::ListFilter)'s word; the gateway says which this agent may use.
 */
filter?: ListFilter, department?: string, before?: string, };

export type ReadCannedReplies = { ref: string, };

export type AgentCommand = { "type": "hello" } & AgentHello | { "type": "pong" } & Pong | { "type": "set_availability" } & SetAvailability | { "type": "activity" } & Activity | { "type": "offer_shown" } & OfferShown | { "type": "accept_offer" } & AcceptOffer | { "type": "decline_offer" } & DeclineOffer | { "type": "claim" } & OnConversation | { "type": "send_message" } & AgentMessage | { "type": "post_note" } & PostNote | { "type": "typing" } & Typing | { "type": "mark_read" } & MarkRead | { "type": "mark_unread" } & MarkRead | { "type": "transfer" } & TransferTo | { "type": "withdraw_transfer" } & OnConversation | { "type": "close_conversation" } & CloseConversation | { "type": "reopen" } & OnConversation | { "type": "finish_wrap_up" } & FinishWrapUp | { "type": "extend_wrap_up" } & OnConversation | { "type": "set_tags" } & SetTags | { "type": "set_priority" } & SetPriority | { "type": "block_customer" } & BlockCustomer | { "type": "unblock_customer" } & UnblockCustomer | { "type": "start_conversation" } & StartConversation | { "type": "read_history" } & ReadHistory | { "type": "list_conversations" } & ListConversations | { "type": "read_canned_replies" } & ReadCannedReplies;

export type Event = { "type": "message_posted", message: string, author: Author, ref?: string, body: Body, text: Secret, reply_to?: string, } | { "type": "note_posted", note: string, author: Author, ref?: string, text: Secret, mentions?: Array<string>, } | { "type": "conversation_opened", department: string, channel: string, language?: string, } | { "type": "conversation_queued", department: string, reason: string, } | { "type": "agent_assigned", agent: AgentName, by: string, } | { "type": "agent_unreachable", agent: AgentName, } | { "type": "agent_returned", agent: AgentName, } | { "type": "transferred", from: AgentName, to: Target, note?: Secret, } | { "type": "transfer_requested", to: Target, note?: Secret, } | { "type": "transfer_returned", to: Target, reason: string, } | { "type": "wrap_up_started", until: number, } | { "type": "wrap_up_finished", resolution?: Resolution, } | { "type": "tags_set", tags: Array<string>, } | { "type": "priority_set", priority: number, } | { "type": "closed", by: string, resolution?: Resolution, } | { "type": "reopened", by: string, } | { "type": "survey_sent", } | { "type": "rated", score: number, comment?: Secret, } | { "type": "participant_joined", agent: AgentName, as: Part, } | { "type": "participant_left", agent: AgentName, as: Part, } | { "type": "pending", until?: number, reason?: string, } | { "type": "resumed", } | { "type": "resolution_confirmed", resolved: boolean, };

export type Numbered = { seq: number, at: number, event: Event, };

export type ReadUpTo = { customer?: number, agent?: number, };

export type Snapshot = { conversation: string, epoch: string, seq: number, state: string, department: string, agent?: AgentName, turn: Turn, waiting_since?: number, respond_by?: number, read: ReadUpTo, events: Array<Numbered>, before?: number, };

export type LastMessage = { at: number, author: AuthorKind, text: Secret, };

export type Summary = { conversation: string, state: string, department: string, customer: CustomerName, agent?: AgentName, last?: LastMessage, turn: Turn, waiting_since?: number, respond_by?: number, unread: number, mentions?: number, since: number, };

export type CardCustomer = { id: string, name?: string, identified: boolean, tier?: string, };

export type Device = { kind: string, os: string, browser: string, };

export type Card = { customer: CardCustomer, page?: Page, locale?: string, language?: string, device?: Device, channel: string, earlier: number, department: string, question_type?: string, waiting_ms: number, preview?: Secret, };

export type Why = { rules: Array<string>, waited_ms: number, relaxed: Array<string>, candidates: number, tie_break: string, };

export type Department = { id: string, name: string, open: boolean, on_duty?: number, usual_wait_ms?: number, };

export type Site = { name: string, departments: Array<Department>, locale: string, };

export type CustomerWelcome = { session: string, node: string, addresses?: Array<string>, now: number, heartbeat_ms: number, customer: string, token: Secret, site: Site, conversation?: Snapshot, conversations: Array<Summary>, };

export type AgentSelf = { id: string, name: string, role: string, departments: Array<string>, };

export type QueueState = { department: string, waiting: number, longest_wait_ms: number, available: number, waits?: Array<number>, };

export type AgentWelcome = { session: string, node: string, addresses?: Array<string>, now: number, heartbeat_ms: number, agent: AgentSelf, availability: Availability, conversations: Array<Summary>, queues: Array<QueueState>, canned_replies_version: string, };

export type AgentPresence = { agent: string, name: string, presence: string, availability: Availability, reason?: string, 
/**
 * In chats.
 */
load: number, 
/**
 * In chats.
 */
capacity: number, };

export type Suggestion = { id: string, text: Secret, sources: Array<string>, confidence: number, };

export type Welcome = CustomerWelcome | AgentWelcome;

export type Frame = { "type": "welcome" } & Welcome | { "type": "ok", ref: string, conversation?: string, seq?: number, at: number, } | { "type": "error", ref?: string, code: ErrorCode, message: string, retry_after_ms?: number, field?: string, } | { "type": "event", conversation: string, epoch: string, seq: number, at: number, event: Event, } | { "type": "events", conversation: string, epoch: string, events: Array<Numbered>, complete: boolean, } | { "type": "joined", conversation: string, snapshot: Snapshot, } | { "type": "left", conversation: string, reason: string, } | { "type": "resync", conversation: string, snapshot: Snapshot, } | { "type": "typing", conversation: string, by?: Author, text?: Secret, } | { "type": "read", conversation: string, by: Author, seq: number, } | { "type": "delivered", conversation: string, by: Author, seq: number, } | { "type": "queue_position", conversation: string, position: number, estimated_wait_ms?: number, low_ms?: number, high_ms?: number, } | { "type": "offer", conversation: string, offer: string, card: Card, why: Why, expires_at: number, } | { "type": "offer_revoked", conversation: string, offer: string, reason: string, } | { "type": "presence_state", department: string, agents: Array<AgentPresence>, } | { "type": "presence_diff", department: string, joins: Array<AgentPresence>, leaves: Array<string>, } | { "type": "queue_state" } & QueueState | { "type": "history", ref: string, conversation: string, events: Array<Numbered>, before?: number, } | { "type": "conversations", ref: string, conversations: Array<Summary>, before?: string, } | { "type": "canned_replies", ref: string, version: string, replies: Array<CannedReply>, } | { "type": "suggestion_started", conversation: string, generation: number, source: string, } | { "type": "suggestion_delta", conversation: string, generation: number, index: number, text: Secret, } | { "type": "suggestion_finished", conversation: string, generation: number, suggestions: Array<Suggestion>, } | { "type": "suggestion_cancelled", conversation: string, generation: number, reason: string, } | { "type": "restarting", reconnect_in_ms: number, } | { "type": "ping", };

export type Login = { login: string, password: Secret, };

export type Account = { id: string, name: string, role: string, site: string, departments: Array<string>, };

export type LoggedIn = { token: Secret, expires_at: number, agent: Account, };

export type HttpError = { code: ErrorCode, message: string, retry_after_ms?: number, };

export const ERROR_CODES = {
  unknown_type: { retry: false, advice: "the hub has no such command: check its version" },
  invalid_field: { retry: false, advice: "correct the field named in `field`" },
  missing_field: { retry: false, advice: "add the field named in `field`" },
  ref_reused: { retry: false, advice: "use a new ref for a new command" },
  unauthorised: { retry: false, advice: "sign in again" },
  not_found: { retry: false, advice: "it is absent or not yours: forget it" },
  not_allowed: { retry: false, advice: "not in this state, or not for you" },
  offer_expired: { retry: false, advice: "the offer is over: wait for another" },
  already_assigned: { retry: false, advice: "another agent has it" },
  capacity_full: { retry: false, advice: "close a conversation first" },
  conversation_closed: { retry: false, advice: "write without naming a conversation to open another" },
  agent_unavailable: { retry: false, advice: "that agent takes nothing now: choose another" },
  department_closed: { retry: false, advice: "nobody is on duty there: choose another" },
  rate_limited: { retry: true, advice: "wait for `retry_after_ms`, then send it again" },
  unavailable: { retry: true, advice: "the hub cannot store it now: send the same again" },
  too_large: { retry: false, advice: "shorten it" },
  unsupported: { retry: false, advice: "this hub does not do that yet" },
} as const satisfies Record<ErrorCode, { retry: boolean; advice: string }>;

export const CLOSE_CODES = {
  1000: { reason: "done", next: "stop" },
  4001: { reason: "restarting", next: "reconnect" },
  4002: { reason: "slow consumer", next: "reconnect" },
  4003: { reason: "node unavailable", next: "reconnect" },
  4004: { reason: "hello or heartbeat deadline", next: "reconnect" },
  4400: { reason: "bad frame", next: "fail_command" },
  4413: { reason: "too big", next: "fail_command" },
  4429: { reason: "too fast", next: "reconnect" },
  4500: { reason: "logged out", next: "stop" },
  4501: { reason: "unauthorised", next: "new_token" },
  4503: { reason: "site or origin withdrawn", next: "stop" },
  4508: { reason: "reserved", next: "stop" },
  4510: { reason: "protocol version refused", next: "stop" },
} as const;
