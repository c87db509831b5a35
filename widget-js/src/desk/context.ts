import { face } from "../ui/face.ts";
import { safeHref } from "../ui/links.ts";
import { h, type VNode } from "../ui/vdom.ts";
import { customerName, customerOf, isMine, type Model } from "./model.ts";
import { whyText } from "./offer.ts";

/** The right column: who the customer is, and what belongs to the conversation. */
export function context(model: Model): VNode | undefined {
  const id = model.ui.selected;
  if (id === undefined) return undefined;
  const { words, state } = model;
  const known = state.cards.get(id);
  const name = customerName(model, id);
  return h(
    "aside",
    { key: "context", class: model.ui.drawer ? "context open" : "context", "aria-label": words.contextTitle },
    h("div", { class: "context-head" }, face(customerOf(model, id).id, name, "customer", 44),
      h("div", {}, h("strong", {}, name), known && h("small", {}, known.card.customer.identified ? words.identified : words.anonymous))),
    known && facts(model, id),
    isMine(model, id) && h("section", {}, h("h3", {}, words.tags), tags(model, id), priority(model, id)),
    known && h("section", {}, h("h3", {}, words.whyYouTitle), h("p", {}, whyText(known, model))),
    earlier(model, id),
  );
}

function facts({ words, state }: Model, id: string): VNode {
  const card = state.cards.get(id)?.card;
  const href = card?.page && safeHref(card.page.url);
  const page = card?.page && (href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, card.page.title || card.page.url) : card.page.title);
  const device = card?.device && [card.device.browser, card.device.os, card.device.kind].filter(Boolean).join(" · ");
  const row = (label: string, value: VNode | string | undefined): (VNode | false)[] =>
    value ? [h("dt", { key: `${label}-t` }, label), h("dd", { key: `${label}-d`, dir: "auto" }, value)] : [];
  return h(
    "dl",
    { key: "facts" },
    ...row(words.page, page), ...row(words.from, card?.page?.referrer), ...row(words.device, device),
    ...row(words.language, card?.language ?? card?.locale), ...row(words.channel, card?.channel),
  );
}

function tags(model: Model, id: string): VNode {
  const { words, client, act, views } = model;
  const list = views.get(id)?.tags ?? [];
  const add = (event: KeyboardEvent): void => {
    const input = event.target as HTMLInputElement;
    const tag = input.value.trim();
    if (event.key !== "Enter" || event.isComposing || tag === "") return;
    event.preventDefault();
    input.value = "";
    if (!list.includes(tag)) act.report(client.setTags(id, [...list, tag]));
  };
  return h(
    "div",
    { class: "tags" },
    ...list.map((tag) => h("span", { key: tag, class: "chip" }, tag,
      h("button", { type: "button", "aria-label": words.removeTag(tag), onclick: () => act.report(client.setTags(id, list.filter((each) => each !== tag))) }, "×"))),
    h("input", { key: "add", type: "text", "aria-label": words.addTag, placeholder: words.addTag, maxlength: 40, onkeydown: add }),
  );
}

function priority({ words, client, act, views }: Model, id: string): VNode {
  const value = views.get(id)?.priority ?? 0;
  return h(
    "label",
    { class: "labelled inline" },
    h("span", {}, words.priority),
    h("select", { value: String(value), onchange: (event: Event) => act.report(client.setPriority(id, Number((event.target as HTMLSelectElement).value))) },
      ...Array.from({ length: 10 }, (_, n) => h("option", { key: String(n), value: String(n) }, String(n)))),
  );
}

/** Conversations of the same customer that the lists know of. */
function earlier(model: Model, id: string): VNode {
  const { words, state, act } = model;
  const customer = customerOf(model, id).id;
  const known = new Map([...state.all, ...state.summaries.values()].map((each) => [each.conversation, each]));
  const others = [...known.values()].filter((each) => each.customer.id === customer && each.conversation !== id);
  const count = state.cards.get(id)?.card.earlier ?? others.length;
  return h(
    "section",
    { key: "earlier" },
    h("h3", {}, words.earlier), h("p", {}, words.earlierCount(count)),
    ...others.map((each) => h("button", { key: each.conversation, type: "button", class: "link", onclick: () => act.select(each.conversation) }, each.last?.text ?? each.conversation)),
  );
}
