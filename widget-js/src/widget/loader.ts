import { KefuChat } from "./element.ts";

/** `<script async src="HOST/widget.js" data-site="KEY"></script>` puts the chat on a page. */
function load(script: HTMLScriptElement): void {
  const site = script.dataset["site"];
  if (!site || document.querySelector("kefu-chat")) return;
  if (!customElements.get("kefu-chat")) customElements.define("kefu-chat", KefuChat);
  const chat = document.createElement("kefu-chat");
  chat.setAttribute("site", site);
  chat.setAttribute("hub", new URL(script.src).origin);
  if (script.lang) chat.setAttribute("lang", script.lang);
  const place = (): void => void document.body.append(chat);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) load(script);
