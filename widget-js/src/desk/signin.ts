import { type Accounts, HttpError, type SignedIn } from "../core/http.ts";
import type { DeskWords } from "../i18n/en.ts";
import { icon } from "../ui/icons.ts";
import { h, render } from "../ui/vdom.ts";

/** The sign-in card; it calls `done` once the hub has said yes. */
export class SignIn {
  private login = "";
  private password = "";
  private busy = false;
  private error: string | undefined;

  constructor(
    private readonly root: Element,
    private readonly words: DeskWords,
    private readonly accounts: Accounts,
    private readonly done: (session: SignedIn) => void,
  ) {}

  show(notice?: string): void {
    this.error = notice;
    this.draw();
    this.root.querySelector("input")?.focus();
  }

  private async submit(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = undefined;
    this.draw();
    try {
      const session = await this.accounts.login(this.login.trim(), this.password);
      return this.done(session);
    } catch (error) {
      this.error = this.reason(error);
    }
    this.busy = false;
    this.draw();
  }

  private reason(error: unknown): string {
    if (!(error instanceof HttpError) || error.status === 0 || error.status >= 500) return this.words.signInUnreachable;
    return error.status === 429 ? this.words.signInLater(Math.ceil((error.retryAfterMs ?? 1_000) / 1_000)) : this.words.signInWrong;
  }

  private draw(): void {
    const { words } = this;
    render(this.root, [h(
      "main",
      { key: "sign-in", class: "sign-in" },
      h(
        "form",
        { class: "card", onsubmit: (event: Event) => { event.preventDefault(); void this.submit(); } },
        h("div", { class: "brand" }, h("span", { class: "logo" }, icon("chat", 22)), h("div", {}, h("h1", {}, "Kefu"), h("p", {}, words.serviceDesk))),
        this.field("login", words.login, "username", "text"),
        this.field("password", words.password, "current-password", "password"),
        this.error !== undefined && h("p", { class: "error", role: "alert" }, this.error),
        h("button", { class: "filled", type: "submit", disabled: this.busy }, words.signIn),
      ),
    )]);
  }

  private field(name: "login" | "password", label: string, autocomplete: string, type: string): ReturnType<typeof h> {
    return h(
      "label",
      { class: "labelled", key: name },
      h("span", {}, label),
      h("input", { type, autocomplete, required: true, value: this[name], oninput: (event: Event) => (this[name] = (event.target as HTMLInputElement).value), ...(type === "password" && { role: "textbox" }) }),
    );
  }
}
