/** A small keyed renderer: pages describe themselves as trees, only the differences touch the DOM. */

type Attribute = string | number | boolean | undefined | ((event: never) => void);
export interface Props {
  [name: string]: Attribute;
  key?: string;
}
export type Child = VNode | string | number | false | undefined | null;
export interface VNode {
  tag: string;
  props: Props;
  children: (VNode | string)[];
  /** Called once with the element when it has been made. */
  made?: ((element: Element) => void) | undefined;
}

type Handlers = Record<string, (event: Event) => void>;
interface Rendered extends Element {
  kefuKey?: string | undefined;
  kefuProps?: Props;
  kefuHandlers?: Handlers;
}

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "line", "rect", "g"]);
/** These are state of the element, not attributes. */
const PROPERTIES = new Set(["value", "checked", "selected", "disabled"]);

export function h(tag: string, props: Props = {}, ...children: (Child | readonly Child[])[]): VNode {
  return { tag, props, children: flat(children) };
}

/** Attaches what is to happen with the element once it exists. */
export function whenMade(node: VNode, made: (element: Element) => void): VNode {
  return { ...node, made };
}

/** Makes the children of `parent` be `children`. */
export function render(parent: Element | ShadowRoot, children: readonly Child[]): void {
  patchChildren(parent, flat(children));
}

function flat(children: readonly (Child | readonly Child[])[]): (VNode | string)[] {
  const list: (VNode | string)[] = [];
  for (const child of children.flat() as Child[]) {
    if (child === false || child === undefined || child === null) continue;
    list.push(typeof child === "number" ? String(child) : child);
  }
  return list;
}

function patchChildren(parent: Element | ShadowRoot, wanted: readonly (VNode | string)[]): void {
  const pool = [...parent.childNodes];
  const keyed = new Map<string, ChildNode>();
  for (const node of pool) {
    const key = (node as unknown as Rendered).kefuKey;
    if (key !== undefined) keyed.set(key, node);
  }
  const wantedKeys = new Set(wanted.map((child) => (typeof child === "string" ? undefined : child.props.key)));
  let place: ChildNode | null = parent.firstChild;
  for (const child of wanted) {
    const old = reusable(child, place, keyed);
    // What is in the way and not wanted goes first: a node that stays must not be moved,
    // because moving it loses its focus and its scroll position.
    while (old && place && place !== old && !wantedKeys.has((place as unknown as Rendered).kefuKey ?? "")) place = dropAt(place);
    const node = typeof child === "string" ? text(child, old) : element(child, old as Rendered | undefined);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    if (typeof child !== "string" && node !== old) child.made?.(node as Element);
  }
  while (place) place = dropAt(place);
}

function dropAt(node: ChildNode): ChildNode | null {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function reusable(child: VNode | string, place: ChildNode | null, keyed: Map<string, ChildNode>): ChildNode | undefined {
  if (typeof child === "string") return place?.nodeType === 3 ? place : undefined;
  const key = child.props.key;
  const candidate = key === undefined ? place : keyed.get(key);
  if (!candidate || candidate.nodeType !== 1) return undefined;
  const old = candidate as unknown as Rendered;
  return old.localName === child.tag && old.kefuKey === key ? candidate : undefined;
}

function text(value: string, old: ChildNode | undefined): ChildNode {
  if (!old) return document.createTextNode(value);
  if (old.nodeValue !== value) old.nodeValue = value;
  return old;
}

function element(node: VNode, old: Rendered | undefined): ChildNode {
  const made: Rendered = old ?? (SVG_TAGS.has(node.tag) ? document.createElementNS(SVG, node.tag) : document.createElement(node.tag));
  const before = made.kefuProps ?? {};
  made.kefuKey = node.props.key;
  made.kefuProps = node.props;
  for (const name in before) if (!(name in node.props)) setProp(made, name, undefined);
  // Options must be there before a select can take its value.
  patchChildren(made, node.children);
  for (const name in node.props) {
    if (name !== "key" && (PROPERTIES.has(name) || before[name] !== node.props[name])) setProp(made, name, node.props[name]);
  }
  return made as unknown as ChildNode;
}

function setProp(target: Rendered, name: string, value: Attribute): void {
  if (name.startsWith("on")) return setHandler(target, name.slice(2), value as ((event: Event) => void) | undefined);
  if (PROPERTIES.has(name)) {
    const field = target as unknown as Record<string, Attribute>;
    const wanted = value ?? (name === "value" ? "" : false);
    if (field[name] !== wanted) field[name] = wanted;
    return;
  }
  if (value === undefined || value === false) target.removeAttribute(name);
  else target.setAttribute(name, value === true ? "" : String(value));
}

/** One listener per kind of event for the element's life; it calls the newest handler. */
function setHandler(target: Rendered, type: string, handler: ((event: Event) => void) | undefined): void {
  const handlers = (target.kefuHandlers ??= {});
  if (!(type in handlers)) target.addEventListener(type, (event) => target.kefuHandlers?.[event.type]?.(event));
  handlers[type] = handler ?? (() => undefined);
}
