import type { AgentClient } from "../core/agent.ts";
import type { AgentState, DeskOffer } from "../core/agent_state.ts";
import type { ConversationView } from "../core/conversation.ts";
import type { OutboxItem } from "../core/outbox_shelf.ts";
import type { SocketState } from "../core/socket.ts";
import type { LogEntry, Resolution, Summary } from "../core/wire.ts";
import type { DeskWords } from "../i18n/en.ts";

export type Tab = "mine" | "waiting" | "all";
export type Dialog =
  | { kind: "transfer"; conversation: string; target?: { agent: string } | { department: string }; label?: string; search: string; note: string }
  | { kind: "block"; conversation: string; customer: string; reason: string }
  | { kind: "sign_out" };

export interface Draft {
  text: string;
  note: boolean;
}

export interface Ui {
  selected: string | undefined;
  tab: Tab;
  drafts: Record<string, Draft>;
  dialog: Dialog | undefined;
  menu: boolean;
  /** On narrow screens the customer's column lies over the log. */
  drawer: boolean;
  resolution: Resolution;
  canned: number;
  toast: string | undefined;
  /** Lines of a conversation that is looked at without being a member. */
  peek: { conversation: string; entries: LogEntry[] } | undefined;
}

/** Everything that the parts of the desk draw from. */
export interface Model {
  words: DeskWords;
  client: AgentClient;
  state: AgentState;
  views: ReadonlyMap<string, ConversationView>;
  outbox: readonly OutboxItem[];
  connection: SocketState;
  ui: Ui;
  /** The hub's clock and this machine's, in ms. */
  now: number;
  localNow: number;
  act: Actions;
}

export interface Actions {
  change(part: Partial<Ui>): void;
  select(conversation: string): void;
  draft(conversation: string, draft: Partial<Draft>): void;
  submit(conversation: string): void;
  /** Shows why something failed, when it does. */
  report(settled: Promise<{ ok: boolean; code?: string }>): void;
  /** Takes an offer and opens what it brings. */
  accept(offer: DeskOffer): void;
  typed(conversation: string): void;
  askSignOut(): void;
  signOut(): void;
}

export const NO_DRAFT: Draft = { text: "", note: false };

export function draftOf(model: Model, conversation: string): Draft {
  return model.ui.drafts[conversation] ?? NO_DRAFT;
}

export function summaryOf(model: Model, conversation: string): Summary | undefined {
  return model.state.summaries.get(conversation) ?? model.state.all.find((each) => each.conversation === conversation);
}

/** How the customer of a conversation is called. */
export function customerName(model: Model, conversation: string): string {
  const customer = customerOf(model, conversation);
  return customer.name ?? model.words.customer(customer.id);
}

export function customerOf(model: Model, conversation: string): { id: string; name?: string } {
  const known = summaryOf(model, conversation)?.customer ?? model.state.cards.get(conversation)?.card.customer;
  // A conversation's id is the customer's with a number behind it.
  return known ?? { id: conversation.replace(/-\d+$/, "") };
}

export function isMine(model: Model, conversation: string): boolean {
  return model.views.get(conversation)?.agent?.id === model.state.agent?.id;
}

/** Conversations whose owner we are or whose wrap-up we do. */
export function mine(model: Model): ConversationView[] {
  return [...model.views.values()].filter((view) => view.state !== "closed" || view.id === model.ui.selected);
}
