// Generated from hub/protocol by `UPDATE=1 cargo test -p protocol`. Do not edit.

export type Secret = string;

export type Availability = "Available" | "Busy" | "OnBreak" | "Finishing" | "Offline";

export type Resolution = "Resolved" | "Unresolved" | "NoReply" | "Abandoned" | "Spam" | "Duplicate";

export type Turn = "Customer" | "Agent";

export type AuthorKind = "Customer" | "Agent" | "Bot" | "System";

export type ErrorCode = "UnknownType" | "InvalidField" | "MissingField" | "RefReused" | "Unauthorised" | "NotFound" | "NotAllowed" | "OfferExpired" | "AlreadyAssigned" | "CapacityFull" | "ConversationClosed" | "AgentUnavailable" | "DepartmentClosed" | "RateLimited" | "Unavailable" | "TooLarge" | "Unsupported";

export type Client = { name: string, version: string, capabilities?: Array<string>, };

export type Page = { url: string, title: string, referrer?: string, };

export type ResumeFrom = { conversation: string, epoch: string, seq: number, };

export type AgentName = { id: string, name: string, };

export type CustomerName = { id: string, name?: string, };

export type Author = { kind: AuthorKind, id?: string, name?: string, };

export type Body = { kind: string, };

export type CannedReply = { id: string, shortcut: string, title: string, text: Secret, };

export type Target = { "Agent": string } | { "Department": string };

export type CustomerHello = { client: Client, token?: Secret, identity?: Secret, page?: Page, locale?: string, resume?: Array<ResumeFrom>, };

export type SendMessage = { reference: string, conversation?: string, text: Secret, reply_to?: string, };

export type RequestAgent = { reference: string, conversation?: string, department?: string, };

export type CancelWait = { reference: string, conversation?: string, };

export type EndConversation = { reference: string, conversation: string, };

export type Rate = { reference: string, conversation: string, score: number, comment?: Secret, };

export type Typing = { conversation: string, text?: Secret, };

export type MarkRead = { conversation: string, seq: number, };

export type Connected = { connect_ms: number, };

export type ReadHistory = { reference: string, conversation: string, before: number, limit?: number, };

export type ListOwn = { reference: string, before?: string, };

export type Pong = Record<symbol, never>;

export type CustomerCommand = { "Hello": CustomerHello } | { "Pong": Pong } | { "SendMessage": SendMessage } | { "RequestAgent": RequestAgent } | { "CancelWait": CancelWait } | { "EndConversation": EndConversation } | { "Rate": Rate } | { "Typing": Typing } | { "MarkRead": MarkRead } | { "PageView": Page } | { "Connected": Connected } | { "ReadHistory": ReadHistory } | { "ListConversations": ListOwn };

export type AgentHello = { client: Client, token: Secret, resume?: Array<ResumeFrom>, };

export type SetAvailability = { reference: string, availability: Availability, reason?: string, };

export type Activity = { idle: boolean, };

export type OfferShown = { offer: string, };

export type AcceptOffer = { reference: string, conversation: string, offer: string, };

export type DeclineOffer = { reference: string, conversation: string, offer: string, reason?: string, };

export type AgentMessage = { reference: string, conversation: string, text: Secret, reply_to?: string, };

export type PostNote = { reference: string, conversation: string, text: Secret, mentions?: Array<string>, };

export type TransferTo = { reference: string, conversation: string, to: Target, note?: Secret, when_back?: boolean, };

export type CloseConversation = { reference: string, conversation: string, resolution: Resolution, tags?: Array<string>, note?: Secret, };

export type FinishWrapUp = { reference: string, conversation: string, resolution?: Resolution, };

export type SetTags = { reference: string, conversation: string, tags: Array<string>, };

export type SetPriority = { reference: string, conversation: string, priority: number, };

export type BlockCustomer = { reference: string, customer: string, reason: Secret, until: number, };

export type UnblockCustomer = { reference: string, customer: string, };

export type StartConversation = { reference: string, customer: string, text: Secret, };

export type ListConversations = { reference: string, filter?: string, department?: string, before?: string, };

export type ReadCannedReplies = { reference: string, };

export type AgentCommand = { "Hello": AgentHello } | { "Pong": Pong } | { "SetAvailability": SetAvailability } | { "Activity": Activity } | { "OfferShown": OfferShown } | { "AcceptOffer": AcceptOffer } | { "DeclineOffer": DeclineOffer } | { "Claim": EndConversation } | { "SendMessage": AgentMessage } | { "PostNote": PostNote } | { "Typing": Typing } | { "MarkRead": MarkRead } | { "MarkUnread": MarkRead } | { "Transfer": TransferTo } | { "WithdrawTransfer": EndConversation } | { "CloseConversation": CloseConversation } | { "Reopen": EndConversation } | { "FinishWrapUp": FinishWrapUp } | { "ExtendWrapUp": EndConversation } | { "SetTags": SetTags } | { "SetPriority": SetPriority } | { "BlockCustomer": BlockCustomer } | { "UnblockCustomer": UnblockCustomer } | { "StartConversation": StartConversation } | { "ReadHistory": ReadHistory } | { "ListConversations": ListConversations } | { "ReadCannedReplies": ReadCannedReplies };

export type Event = { "MessagePosted": { message: string, author: Author, reference?: string, body: Body, text: Secret, reply_to?: string, } } | { "NotePosted": { note: string, author: Author, reference?: string, text: Secret, mentions?: Array<string>, } } | { "ConversationOpened": { department: string, channel: string, language?: string, } } | { "ConversationQueued": { department: string, reason: string, } } | { "AgentAssigned": { agent: AgentName, by: string, } } | { "AgentUnreachable": { agent: AgentName, } } | { "AgentReturned": { agent: AgentName, } } | { "Transferred": { from: AgentName, to: Target, note?: Secret, } } | { "TransferRequested": { to: Target, note?: Secret, } } | { "TransferReturned": { to: Target, reason: string, } } | { "WrapUpStarted": { until: number, } } | { "WrapUpFinished": { resolution?: Resolution, } } | { "TagsSet": { tags: Array<string>, } } | { "PrioritySet": { priority: number, } } | { "Closed": { by: string, resolution?: Resolution, } } | { "Reopened": { by: string, } } | { "SurveySent": Record<symbol, never> } | { "Rated": { score: number, comment?: Secret, } };

export type Numbered = { seq: number, at: number, event: Event, };

export type ReadUpTo = { customer: number, agent: number, };

export type Snapshot = { conversation: string, epoch: string, seq: number, state: string, department: string, agent?: AgentName, turn: Turn, waiting_since: number, respond_by: number, read: ReadUpTo, events: Array<Numbered>, before: number, };

export type LastMessage = { at: number, author: AuthorKind, text: Secret, };

export type Summary = { conversation: string, state: string, department: string, customer: CustomerName, agent?: AgentName, last?: LastMessage, turn: Turn, waiting_since: number, respond_by: number, unread: number, mentions?: number, since: number, };

export type CardCustomer = { id: string, name?: string, identified: boolean, tier?: string, };

export type Device = { kind: string, os: string, browser: string, };

export type Card = { customer: CardCustomer, page?: Page, locale?: string, language?: string, device?: Device, channel: string, earlier: number, department: string, question_type?: string, waiting_ms: number, preview?: Secret, };

export type Why = { rules: Array<string>, waited_ms: number, relaxed: Array<string>, candidates: number, tie_break: string, };

export type Department = { id: string, name: string, open: boolean, on_duty?: number, usual_wait_ms: number, };

export type Site = { name: string, departments: Array<Department>, locale: string, };

export type CustomerWelcome = { session: string, node: string, addresses?: Array<string>, now: number, heartbeat_ms: number, customer: string, token: Secret, site: Site, conversation?: Snapshot, conversations: Array<Summary>, };

export type AgentSelf = { id: string, name: string, role: string, departments: Array<string>, };

export type QueueState = { department: string, waiting: number, longest_wait_ms: number, available: number, waits: Array<number>, };

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

export type Welcome = { "Customer": CustomerWelcome } | { "Agent": AgentWelcome };

export type Frame = { "Welcome": Welcome } | { "Ok": { reference: string, conversation?: string, seq: number, at: number, } } | { "Error": { reference?: string, code: ErrorCode, message: string, retry_after_ms: number, field?: string, } } | { "Event": { conversation: string, epoch: string, seq: number, at: number, event: Event, } } | { "Events": { conversation: string, epoch: string, events: Array<Numbered>, complete: boolean, } } | { "Joined": { conversation: string, snapshot: Snapshot, } } | { "Left": { conversation: string, reason: string, } } | { "Resync": { conversation: string, snapshot: Snapshot, } } | { "Typing": { conversation: string, by?: Author, text?: Secret, } } | { "Read": { conversation: string, by: Author, seq: number, } } | { "Delivered": { conversation: string, by: Author, seq: number, } } | { "QueuePosition": { conversation: string, position: number, estimated_wait_ms: number, low_ms: number, high_ms: number, } } | { "Offer": { conversation: string, offer: string, card: Card, why: Why, expires_at: number, } } | { "OfferRevoked": { conversation: string, offer: string, reason: string, } } | { "PresenceState": { department: string, agents: Array<AgentPresence>, } } | { "PresenceDiff": { department: string, joins: Array<AgentPresence>, leaves: Array<string>, } } | { "QueueState": QueueState } | { "History": { reference: string, conversation: string, events: Array<Numbered>, before: number, } } | { "Conversations": { reference: string, conversations: Array<Summary>, before?: string, } } | { "CannedReplies": { reference: string, version: string, replies: Array<CannedReply>, } } | { "SuggestionStarted": { conversation: string, generation: number, source: string, } } | { "SuggestionDelta": { conversation: string, generation: number, index: number, text: Secret, } } | { "SuggestionFinished": { conversation: string, generation: number, suggestions: Array<Suggestion>, } } | { "SuggestionCancelled": { conversation: string, generation: number, reason: string, } } | { "Restarting": { reconnect_in_ms: number, } } | { "Ping": Record<symbol, never> };

export type Login = { login: string, password: Secret, };

export type Account = { id: string, name: string, role: string, site: string, departments: Array<string>, };

export type LoggedIn = { token: Secret, expires_at: number, agent: Account, };

export type HttpError = { code: ErrorCode, message: string, retry_after_ms: number, };

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
