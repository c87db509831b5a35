import { declarations, FACE_RULES } from "../ui/tokens.ts";
import css from "./widget.css";

/** One sheet for the element; constructed, so a strict content security policy lets it through. */
export function styleSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  const host = ":host{all:initial!important;display:block!important}";
  sheet.replaceSync(`${host}:host{${declarations("light")}}:host([data-dark]){${declarations("dark")}}${FACE_RULES}${css}`);
  return sheet;
}

/** A dark panel on a white shop would be a bug: dark only where the page itself is. */
export function pageIsDark(): boolean {
  const schemes = getComputedStyle(document.documentElement).colorScheme;
  return /dark/.test(schemes) && (!/light/.test(schemes) || matchMedia("(prefers-color-scheme: dark)").matches);
}
