import type { DeskOffer } from "../core/agent_state.ts";
import { face } from "../ui/face.ts";
import { icon, ring } from "../ui/icons.ts";
import { h, type VNode, whenMade } from "../ui/vdom.ts";
import { clock } from "./format.ts";
import type { Model } from "./model.ts";

const OFFER_MS = 20_000;
const SOON_MS = 5_000;

/** What is offered to me, oldest on top, over the foot of the list. */
export function offers(model: Model): VNode | undefined {
  const list = model.state.offers;
  if (list.length === 0) return undefined;
  return h("section", { key: "offers", class: "offers", role: "region", "aria-label": model.words.offer }, ...list.map((offer) => card(offer, model)));
}

function card(offer: DeskOffer, model: Model): VNode {
  const { words, client, act, localNow } = model;
  const { customer, page, preview, department } = offer.card;
  const name = customer.name ?? words.customer(customer.id);
  const left = offer.expiresAt - localNow;
  const open = offer.state === "open";
  const node = h(
    "article",
    { key: offer.offer, class: `offer ${offer.state}`, "aria-label": name },
    h("div", { class: "offer-head" },
      h("span", { class: "countdown" }, ring(left / OFFER_MS, 40, left < SOON_MS ? "bad" : "accent"), h("b", {}, Math.max(0, Math.ceil(left / 1_000)))),
      h("div", { class: "grow" }, h("small", {}, `${words.newConversation} · ${department} · ${clock(offer.why.waited_ms)}`), h("strong", {}, name)),
      face(customer.id, name, "customer", 36)),
    page && h("p", { class: "source" }, page.title || page.url),
    preview !== undefined && h("blockquote", { dir: "auto" }, preview),
    h("p", { class: "why" }, icon("check", 14), whyText(offer, model)),
    offer.state === "gone"
      ? h("p", { class: "gone", role: "status" }, words.offerGone[offer.reason ?? ""] ?? offer.reason ?? "")
      : h("div", { class: "offer-buttons" },
        h("button", { type: "button", class: "filled", disabled: !open, onclick: () => act.accept(offer) }, words.accept, h("kbd", { "aria-hidden": "true" }, "A")),
        h("button", { type: "button", class: "plain", disabled: !open, onclick: () => act.report(client.decline(offer.conversation, offer.offer)) }, words.decline)),
  );
  return whenMade(node, () => whenVisible(() => client.offerShown(offer.offer)));
}

/** A card in a hidden tab has not been shown to anybody. */
function whenVisible(run: () => void): void {
  if (!document.hidden) return run();
  document.addEventListener("visibilitychange", () => whenVisible(run), { once: true });
}

/** Why this conversation comes to this agent, in words. */
export function whyText(offer: Pick<DeskOffer, "why">, { words }: Model): string {
  const { rules, candidates, waited_ms, tie_break } = offer.why;
  const said = [...rules, tie_break].filter(Boolean).map((rule) => rule.replaceAll("_", " "));
  return `${words.whyYou(candidates, clock(waited_ms))} ${said.join(", ")}`.trim();
}
