import { AgentClient } from "../core/agent.ts";
import type { SignedIn } from "../core/http.ts";
import type { KeyValue, Ports } from "../core/ports.ts";
import type { DeskWords } from "../i18n/en.ts";
import { Follow } from "../ui/follow.ts";
import { render } from "../ui/vdom.ts";
import { context } from "./context.ts";
import { conversation } from "./conversation.ts";
import { dialogOf } from "./dialog.ts";
import { Drafts } from "./drafts.ts";
import { inbox } from "./inbox.ts";
import { Idle } from "./idle.ts";
import { deskKeys } from "./keys.ts";
import type { Actions, Model, Ui } from "./model.ts";
import { rail } from "./rail.ts";
import { toast } from "./toast.ts";

const TYPING_EVERY_MS = 2_500;
const TOAST_MS = 6_000;

export interface AppOptions {
  root: Element;
  ports: Ports;
  session: SignedIn;
  words: DeskWords;
  /** Storage that lives as long as the tab. */
  tab: KeyValue;
  signedOut(): void;
  leave(): void;
}

/** The desk of one signed-in agent, from sign-in to sign-out. */
export class DeskApp {
  private readonly client: AgentClient;
  private readonly drafts: Drafts;
  private readonly follow = new Follow();
  private readonly idle: Idle;
  private readonly stops: (() => void)[] = [];
  private ui: Ui;
  private shown: string | undefined;
  private queued = false;
  private typedAt = Number.NEGATIVE_INFINITY;
  private toastTimer = 0;

  constructor(private readonly options: AppOptions) {
    const { ports, session } = options;
    const origin = location.origin.replace(/^http/, "ws");
    const agent = session.agent.id;
    this.client = new AgentClient(ports, { origin, agent, token: session.token, version: "0.1.0", tab: options.tab, signedOut: options.signedOut });
    this.drafts = new Drafts(ports.storage, `kefu-desk:${agent}:draft:`);
    this.idle = new Idle((idle) => this.client.setIdle(idle));
    const selected = options.tab.get("kefu-desk:selected");
    this.ui = { selected, tab: "mine", drafts: this.drafts.all(), dialog: undefined, menu: false, drawer: false, resolution: "resolved", canned: 0, toast: undefined, peek: undefined };
  }

  start(): void {
    const { client } = this;
    for (const store of [client.state, client.conversations, client.connection, client.outbox.items]) {
      this.stops.push(store.subscribe(() => this.changed()));
    }
    this.listen(document, "visibilitychange", () => this.woken());
    this.listen(window, "focus", () => this.woken());
    this.listen(window, "online", () => client.nudge());
    this.listen(document, "keydown", (event) => deskKeys(event as KeyboardEvent, this.model()));
    const tick = window.setInterval(() => this.changed(), 1_000);
    this.stops.push(() => window.clearInterval(tick), this.idle.start());
    client.start();
    this.changed();
  }

  stop(): void {
    for (const stop of this.stops) stop();
    this.client.stop();
    document.title = this.options.words.title;
  }

  private listen(target: EventTarget, type: string, handler: (event: Event) => void): void {
    target.addEventListener(type, handler);
    this.stops.push(() => target.removeEventListener(type, handler));
  }

  private woken(): void {
    if (!document.hidden) this.client.nudge();
    this.changed();
  }

  private readonly act: Actions = {
    change: (part) => this.change(part),
    select: (id) => {
      this.options.tab.set("kefu-desk:selected", id);
      this.follow.stick();
      this.change({ selected: id, menu: false, resolution: "resolved", peek: undefined });
      if (!this.client.view(id)) void this.peek(id);
      queueMicrotask(() => this.options.root.querySelector<HTMLElement>(".composer textarea")?.focus());
    },
    draft: (id, part) => this.change({ drafts: this.drafts.change(id, part), canned: 0 }),
    submit: (id) => this.submit(id),
    report: (settled) => void settled.then(({ ok, code }) => { if (!ok) this.toast(this.options.words.failed(code ?? "")); }),
    accept: ({ conversation, offer }) => {
      const settled = this.client.accept(conversation, offer);
      this.act.report(settled);
      void settled.then(({ ok }) => ok && this.act.select(conversation));
    },
    typed: (id) => {
      const now = performance.now();
      if (now - this.typedAt < TYPING_EVERY_MS) return;
      this.typedAt = now;
      this.client.typing(id);
    },
    askSignOut: () => {
      const open = [...this.client.conversations.get().values()].some((view) => view.state === "assigned");
      if (open) this.change({ dialog: { kind: "sign_out" } });
      else this.options.leave();
    },
    signOut: () => this.options.leave(),
  };

  private submit(id: string): void {
    const draft = this.ui.drafts[id];
    const text = draft?.text.trim() ?? "";
    if (!draft || text === "") return;
    void (draft.note ? this.client.note(id, text) : this.client.say(id, text));
    this.typedAt = Number.NEGATIVE_INFINITY;
    this.follow.stick();
    this.act.draft(id, { text: "", note: false });
  }

  private async peek(conversation: string): Promise<void> {
    const entries = await this.client.history(conversation).catch(() => undefined);
    if (entries && this.ui.selected === conversation) this.change({ peek: { conversation, entries } });
  }

  private toast(text: string): void {
    window.clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => this.change({ toast: undefined }), TOAST_MS);
    this.change({ toast: text });
  }

  private change(part: Partial<Ui>): void {
    this.ui = { ...this.ui, ...part };
    this.changed();
  }

  /** Draws once after all the changes of this moment. */
  private changed(): void {
    if (this.queued) return;
    this.queued = true;
    queueMicrotask(() => {
      this.queued = false;
      this.draw();
    });
  }

  private draw(): void {
    const { root } = this.options;
    const model = this.model();
    this.follow.before(root.querySelector<HTMLElement>(".log"));
    render(root, [rail(model), inbox(model), conversation(model), context(model), dialogOf(model), toast(model)]);
    this.follow.after(root.querySelector<HTMLElement>(".log"));
    this.markRead(model);
    this.leaveWhatLeft(model);
    const ours = [...model.views.values()].filter((view) => view.state === "assigned" && view.turn !== "customer").length;
    document.title = model.state.offers.length > 0 ? model.words.newConversation : ours > 0 ? `(${ours}) ${model.words.title}` : model.words.title;
  }

  /** A conversation that went to somebody else while it was on show is not on show any more. */
  private leaveWhatLeft({ ui, views }: Model): void {
    const here = ui.selected !== undefined && views.has(ui.selected);
    if (this.shown !== undefined && this.shown === ui.selected && !here) this.change({ selected: undefined });
    this.shown = here ? ui.selected : undefined;
  }

  private model(): Model {
    const { client, ui, act } = this;
    return {
      words: this.options.words, client, ui, act, state: client.state.get(), views: client.conversations.get(),
      outbox: client.outbox.items.get(), connection: client.connection.get(), now: client.hubNow(), localNow: Date.now(),
    };
  }

  /** Read is what was visible in a focused window. */
  private markRead({ ui, views }: Model): void {
    const view = ui.selected === undefined ? undefined : views.get(ui.selected);
    if (!view || document.hidden || !document.hasFocus() || !this.follow.atEnd()) return;
    if (this.client.unread(view.id) > 0) this.client.markRead(view.id, view.seq);
  }
}
