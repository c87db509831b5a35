import { isEnded, isTyping, unreadCount } from "../core/conversation.ts";
import { CustomerClient } from "../core/customer.ts";
import { linesOf } from "../core/lines.ts";
import type { WidgetWords } from "../i18n/en.ts";
import { browserPorts } from "../ui/browser.ts";
import { Follow } from "../ui/follow.ts";
import { h, render } from "../ui/vdom.ts";
import { composer } from "./composer.ts";
import { dock } from "./dock.ts";
import { banner, header } from "./header.ts";
import { launcher } from "./launcher.ts";
import { log } from "./log.ts";
import { type Actions, type Model, siteName } from "./model.ts";
import { pageIsDark, styleSheet } from "./style.ts";
import { wordsFor } from "./words.ts";

const TYPING_EVERY_MS = 2_500;

/** `<kefu-chat site="key" hub="https://chat.example">`: the launcher and the chat it opens. */
export class KefuChat extends HTMLElement {
  private client!: CustomerClient;
  private words!: WidgetWords;
  private readonly root = this.attachShadow({ mode: "open" });
  private readonly follow = new Follow();
  private panelOpen = false;
  private menu = false;
  private draft = "";
  private started = false;
  private queued = false;
  private typedAt = Number.NEGATIVE_INFINITY;
  private clickedAt: number | undefined;
  private reported = false;

  connectedCallback(): void {
    if (this.client) return this.start();
    const site = this.getAttribute("site") ?? "";
    const locale = this.getAttribute("lang") ?? (document.documentElement.lang || navigator.language);
    const words = wordsFor(locale);
    this.words = words.words;
    this.lang = words.lang;
    this.root.adoptedStyleSheets = [styleSheet()];
    this.client = new CustomerClient(browserPorts(), {
      origin: (this.getAttribute("hub") ?? location.origin).replace(/^http/, "ws"),
      site, locale, version: "0.1.0", page: currentPage,
    });
    this.draft = sessionStorage.getItem(this.draftKey()) ?? "";
    for (const store of [this.client.state, this.client.conversations, this.client.connection, this.client.outbox.items]) {
      store.subscribe(() => this.changed());
    }
    this.client.connection.subscribe(({ phase }) => phase === "ready" && this.reportConnected());
    this.listen();
    // Somebody who was here before may have an answer waiting.
    if (this.client.isKnown()) this.start();
    this.changed();
  }

  disconnectedCallback(): void {
    this.client.stop();
    this.started = false;
  }

  private listen(): void {
    const dark = (): void => void this.toggleAttribute("data-dark", pageIsDark());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dark);
    dark();
    window.addEventListener("online", () => this.client.nudge());
    window.addEventListener("popstate", () => this.client.pageView(currentPage()));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.client.nudge();
      this.changed();
    });
    window.addEventListener("focus", () => this.changed());
    window.addEventListener("offline", () => this.changed());
  }

  private start(): void {
    if (this.started) return;
    this.started = true;
    this.client.start();
  }

  private readonly act: Actions = {
    open: () => {
      this.panelOpen = true;
      this.clickedAt ??= performance.now();
      this.start();
      this.client.nudge();
      this.changed();
      queueMicrotask(() => this.root.querySelector("textarea")?.focus());
    },
    close: () => {
      this.panelOpen = false;
      this.menu = false;
      this.changed();
      queueMicrotask(() => this.root.querySelector<HTMLElement>(".launcher")?.focus());
    },
    toggleMenu: () => {
      this.menu = !this.menu;
      this.changed();
    },
    write: (draft) => {
      this.keepDraft(draft);
      const now = performance.now();
      if (draft === "" || now - this.typedAt < TYPING_EVERY_MS) return;
      this.typedAt = now;
      this.client.typing();
    },
    talk: () => {
      const view = this.client.current();
      if (view && !isEnded(view)) void this.client.talkToPerson();
      else this.root.querySelector("textarea")?.focus();
    },
    send: () => {
      const text = this.draft.trim();
      if (text === "") return;
      this.keepDraft("");
      this.typedAt = Number.NEGATIVE_INFINITY;
      this.follow.stick();
      void this.client.say(text);
      this.root.querySelector("textarea")?.focus();
    },
  };

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
    const model = this.model();
    const place = this.root.querySelector<HTMLElement>(".log");
    this.follow.before(place);
    render(this.root, [launcher(model), this.panelOpen && panel(model)]);
    this.follow.after(this.root.querySelector<HTMLElement>(".log"));
    this.markRead(model);
    if (model.agentTyping) window.setTimeout(() => this.changed(), 1_000);
  }

  private model(): Model {
    const { client } = this;
    const view = client.current();
    const connection = client.connection.get();
    const online = navigator.onLine && connection.phase === "ready";
    return {
      words: this.words, client, view, connection, online, state: client.state.get(),
      lines: linesOf(view, client.outbox.items.get(), { side: "customer", online: navigator.onLine && connection.phase !== "waiting" }),
      open: this.panelOpen, menu: this.menu, draft: this.draft, act: this.act,
      unread: view ? unreadCount(view, "customer") : client.state.get().earlier.reduce((sum, each) => sum + each.unread, 0),
      agentTyping: view !== undefined && isTyping(view, "agent", Date.now()),
    };
  }

  /** Read is what was visible in a focused window. */
  private markRead({ view, open, unread }: Model): void {
    if (!open || !view || unread === 0 || document.hidden || !document.hasFocus() || !this.follow.atEnd()) return;
    this.client.markRead(view.seq);
  }

  private reportConnected(): void {
    if (this.clickedAt === undefined || this.reported) return;
    this.reported = true;
    this.client.reportConnected(performance.now() - this.clickedAt);
  }

  private keepDraft(draft: string): void {
    this.draft = draft;
    sessionStorage.setItem(this.draftKey(), draft);
    this.changed();
  }

  private draftKey(): string {
    return `kefu:${this.getAttribute("site") ?? ""}:draft`;
  }
}

function panel(model: Model): ReturnType<typeof h> {
  const close = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !event.isComposing) model.act.close();
  };
  return h(
    "section",
    { key: "panel", class: model.view ? "panel" : "panel fresh", role: "dialog", "aria-label": model.words.chatWith(siteName(model)), onkeydown: close },
    header(model), banner(model), log(model), dock(model), composer(model),
  );
}

function currentPage(): { url: string; title: string; referrer?: string } {
  const referrer = document.referrer.slice(0, 2000);
  return { url: location.href.slice(0, 2000), title: document.title.slice(0, 300), ...(referrer && { referrer }) };
}
