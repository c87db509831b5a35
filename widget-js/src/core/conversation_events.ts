import type { ConversationView } from "./conversation.ts";
import type { ConversationEvent, LogEntry } from "./wire.ts";

type Change = Partial<ConversationView>;
type Posted = Extract<ConversationEvent, { type: "message_posted" }>;

/** One event's effect; types that this client does not know only take their place in the log. */
export function applyEvent(view: ConversationView, entry: LogEntry): ConversationView {
  const change = changeOf(view, entry);
  return { ...view, ...change, seq: entry.seq, entries: [...view.entries, entry] };
}

function changeOf(view: ConversationView, { at, event }: LogEntry): Change {
  switch (event.type) {
    case "message_posted":
      return posted(view, event, at);
    case "conversation_opened":
      return { state: "queued", department: event.department };
    case "conversation_queued":
      return { state: "queued", department: event.department, agent: undefined, unreachable: false, transferTo: undefined, wrapUpUntil: undefined, resolution: undefined };
    case "agent_assigned":
      return { state: "assigned", agent: event.agent, unreachable: false, line: undefined, transferTo: undefined, wrapUpUntil: undefined, resolution: undefined };
    case "agent_unreachable":
      return { unreachable: true };
    case "agent_returned":
      return { unreachable: false };
    case "transfer_requested":
      return { transferTo: event.to };
    case "transfer_returned":
    case "transferred":
      return { transferTo: undefined };
    default:
      return ending(view, event);
  }
}

function ending(view: ConversationView, event: ConversationEvent): Change {
  switch (event.type) {
    case "wrap_up_started":
      return { state: "wrap_up", wrapUpUntil: event.until };
    case "wrap_up_finished":
      return { state: "closed", wrapUpUntil: undefined, resolution: event.resolution ?? view.resolution };
    case "closed":
      // An owner's close is followed by a wrap-up; anybody else's ends it at once.
      return { state: "closed", resolution: event.resolution, line: undefined, transferTo: undefined, unreachable: false, typing: undefined, waitingSince: undefined };
    case "reopened":
      return { state: view.agent ? "assigned" : "queued", resolution: undefined, wrapUpUntil: undefined, score: undefined };
    case "tags_set":
      return { tags: event.tags };
    case "priority_set":
      return { priority: event.priority };
    case "rated":
      return { score: event.score };
    default:
      return {};
  }
}

function posted(view: ConversationView, event: Posted, at: number): Change {
  const kind = event.author.kind;
  if (kind === "customer") {
    const typing = view.typing?.side === "customer" ? undefined : view.typing;
    return { turn: "agent", waitingSince: view.waitingSince ?? at, typing };
  }
  if (kind === "system") return {};
  const typing = view.typing?.side === "agent" ? undefined : view.typing;
  // A bot's line does not end the wait for a person.
  return kind === "bot" ? { typing } : { turn: "customer", waitingSince: undefined, respondBy: undefined, typing };
}
