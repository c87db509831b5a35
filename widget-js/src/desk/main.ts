import { Accounts, HttpError, type SignedIn } from "../core/http.ts";
import { desk as en } from "../i18n/en.ts";
import { desk as zhCN } from "../i18n/zh-CN.ts";
import { browserPorts, keyValue } from "../ui/browser.ts";
import { DeskApp } from "./app.ts";
import { dropSession, keepSession, readSession } from "./session.ts";
import { SignIn } from "./signin.ts";

const chinese = navigator.language.toLowerCase().startsWith("zh");
const words = chinese ? zhCN : en;
document.documentElement.lang = chinese ? "zh-CN" : "en";
document.title = words.title;
const root = document.getElementById("desk") as HTMLElement;
const ports = browserPorts();
const tab = keyValue(() => window.sessionStorage);
const accounts = new Accounts((url, init) => fetch(url, init), location.origin);
const signIn = new SignIn(root, words, accounts, (session) => {
  keepSession(ports.storage, session);
  open(session);
});
let app: DeskApp | undefined;

function open(session: SignedIn): void {
  root.className = "desk";
  app = new DeskApp({ root, ports, session, words, tab, signedOut: () => close(words.signedOut), leave: () => void leave(session) });
  app.start();
}

/** The desk is left; the drafts and what was on its way stay for the next sign-in. */
function close(notice?: string): void {
  app?.stop();
  app = undefined;
  dropSession(ports.storage);
  root.className = "";
  signIn.show(notice);
}

async function leave(session: SignedIn): Promise<void> {
  await accounts.logout(session.token).catch(() => undefined);
  close();
}

async function begin(): Promise<void> {
  const session = readSession(ports.storage);
  if (!session) return signIn.show();
  try {
    open({ token: session.token, agent: await accounts.me(session.token) });
  } catch (error) {
    if (error instanceof HttpError && error.status === 401) close(words.signedOut);
    // The hub is away, which says nothing about the session: the socket keeps trying.
    else open(session);
  }
}

void begin();
