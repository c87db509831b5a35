import type { ConversationEvent } from "../core/wire.ts";
import type { Model } from "./model.ts";
import { targetName } from "./transfer.ts";

/** What an event is called in the log; undefined for those that have no line of their own. */
export function eventText(event: ConversationEvent, model: Model): string | undefined {
  const { words } = model;
  switch (event.type) {
    case "conversation_opened":
      return words.opened;
    case "conversation_queued":
      return words.queued(event.department);
    case "agent_assigned":
      return words.assigned(event.agent.name, event.by);
    case "agent_unreachable":
      return words.unreachable(event.agent.name);
    case "agent_returned":
      return words.returned(event.agent.name);
    case "transfer_requested":
      return words.transferAsked(targetName(model, event.to));
    case "transfer_returned":
      return words.transferBack(event.reason);
    case "closed":
      return words.closedBy(event.by);
    case "reopened":
      return words.reopenedBy(event.by);
    case "rated":
      return words.ratedWith(event.score);
    case "tags_set":
      return words.tagged(event.tags.join(", "));
    case "priority_set":
      return words.prioritised(event.priority);
    case "wrap_up_finished":
      return words.wrapUpEnds;
    default:
      return undefined;
  }
}
