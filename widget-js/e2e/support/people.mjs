// What a customer and an agent do on their pages, by the names that a screen reader would use.
import { openPage } from "./browser.mjs";
import { PASSWORD } from "./hub.mjs";

class Person {
  constructor(page) {
    this.page = page;
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  get log() {
    return this.page.getByRole("log", { name: "Conversation" });
  }

  /** Waits until a line with this text is there. */
  async sees(text) {
    await this.log.locator(".bubble", { hasText: text }).first().waitFor();
  }

  async seesTyping() {
    await this.log.getByText(/ is typing/).waitFor({ state: "attached" });
  }

  /** Waits until nothing is on its way any more. */
  async settled() {
    await this.page.waitForFunction(() => {
      const root = document.querySelector("kefu-chat")?.shadowRoot ?? document;
      return !root.querySelector(".unsent") && !/Sending…/.test(root.querySelector("[role=log]")?.textContent ?? "");
    });
  }
}

export class Customer extends Person {
  static async open(browser, origin, problems) {
    const customer = new Customer(await openPage(browser, `${origin}/`, problems));
    await customer.button("Open chat").click();
    return customer;
  }

  async says(text) {
    await this.page.getByRole("textbox", { name: "Message", exact: true }).fill(text);
    await this.button("Send").click();
  }

  async types(text) {
    await this.page.getByRole("textbox", { name: "Message", exact: true }).pressSequentially(text);
  }

  /** The lines in their order: mine as `> text`, the others' as `< text`. */
  async lines() {
    return this.log.locator(".line:not(.system)").evaluateAll((lines) =>
      lines.map((line) => `${line.classList.contains("own") ? ">" : "<"} ${line.querySelector(".bubble").textContent}`));
  }
}

export class Agent extends Person {
  static async signIn(browser, origin, login, problems) {
    const agent = new Agent(await openPage(browser, `${origin}/desk`, problems));
    await agent.page.getByRole("textbox", { name: "Login", exact: true }).fill(login);
    await agent.page.getByRole("textbox", { name: "Password", exact: true }).fill(PASSWORD);
    await agent.button("Sign in").click();
    await agent.page.getByRole("combobox", { name: "Availability" }).selectOption("available");
    await agent.page.locator(".rail .presence.available").waitFor();
    return agent;
  }

  /** Accepts the next offer and opens what it brought. */
  async accepts() {
    const before = new Set(await this.conversations());
    await this.button("Accept").first().click();
    await this.page.waitForFunction((known) => [...document.querySelectorAll("[role=listitem] .row[aria-label]")].some((row) => !known.includes(row.dataset.id)), [...before]);
    const fresh = (await this.conversations()).find((id) => !before.has(id));
    await this.opens(fresh);
    return fresh;
  }

  async conversations() {
    return this.page.locator("[role=listitem] .row[data-id]").evaluateAll((rows) => rows.map((row) => row.dataset.id));
  }

  async opens(conversation) {
    await this.page.locator(`.row[data-id="${conversation}"]`).click();
    await this.page.getByRole("textbox", { name: "Reply", exact: true }).waitFor();
  }

  async says(text) {
    const reply = this.page.getByRole("textbox", { name: "Reply", exact: true });
    await reply.fill(text);
    await reply.press("Enter");
  }

  async types(text) {
    await this.page.getByRole("textbox", { name: "Reply", exact: true }).pressSequentially(text);
  }

  async notes(text) {
    await this.button("Note").click();
    await this.page.getByRole("textbox", { name: "Note", exact: true }).fill(text);
    await this.button("Send").click();
    await this.log.locator(".note", { hasText: text }).waitFor();
    await this.button("Reply").click();
  }

  /** How colleagues and customers see this agent. */
  name() {
    return this.page.locator(".me").getAttribute("title");
  }

  async transfers(colleague) {
    await this.button("Transfer").click();
    const dialog = this.page.getByRole("dialog", { name: "Transfer" });
    await dialog.getByRole("radio").filter({ has: this.page.getByText(await colleague.name(), { exact: true }) }).click();
    await dialog.getByRole("button", { name: "Transfer", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  }

  /** The lines as the customer would tell them: the customer's as `> text`, ours as `< text`. */
  async lines() {
    return this.log.locator(".line:not(.system)").evaluateAll((lines) =>
      lines.map((line) => `${line.classList.contains("theirs") ? ">" : "<"} ${line.querySelector(".bubble").textContent}`));
  }
}

/** Whoever of the agents gets the next offer reads `words` in it and accepts; says who took it and who did not. */
export async function nextOffer(agents, words) {
  const taker = await Promise.any(agents.map(async (agent) => {
    await agent.button("Accept").first().waitFor();
    return agent;
  }));
  await taker.page.getByRole("region", { name: "Offer" }).getByText(words).waitFor();
  const conversation = await taker.accepts();
  return { taker, conversation, other: agents.find((agent) => agent !== taker) };
}
