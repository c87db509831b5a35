import type { ConversationView } from "../core/conversation.ts";
import type { CustomerClient, CustomerState } from "../core/customer.ts";
import type { Line } from "../core/lines.ts";
import type { SocketState } from "../core/socket.ts";
import type { WidgetWords } from "../i18n/en.ts";

/** Everything that the parts of the widget draw from. */
export interface Model {
  words: WidgetWords;
  client: CustomerClient;
  state: CustomerState;
  view: ConversationView | undefined;
  lines: Line[];
  connection: SocketState;
  online: boolean;
  open: boolean;
  menu: boolean;
  draft: string;
  unread: number;
  agentTyping: boolean;
  act: Actions;
}

export interface Actions {
  open(): void;
  close(): void;
  toggleMenu(): void;
  write(draft: string): void;
  send(): void;
  /** Asks for a person; where nothing is open yet, the first message does that. */
  talk(): void;
}

export function siteName(model: Model): string {
  return model.state.site?.name ?? "";
}

export function agentName(model: Model): string {
  return model.view?.agent?.name ?? model.words.someone;
}
