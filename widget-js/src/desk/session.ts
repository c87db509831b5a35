import type { SignedIn } from "../core/http.ts";
import type { KeyValue } from "../core/ports.ts";

const KEY = "kefu-desk:session";

/** Who is signed in at this browser. */
export function readSession(storage: KeyValue): SignedIn | undefined {
  try {
    const session = JSON.parse(storage.get(KEY) ?? "null") as SignedIn | null;
    return session?.token && session.agent?.id ? session : undefined;
  } catch {
    return undefined;
  }
}

export function keepSession(storage: KeyValue, session: SignedIn): void {
  storage.set(KEY, JSON.stringify({ token: session.token, agent: session.agent }));
}

export function dropSession(storage: KeyValue): void {
  storage.remove(KEY);
}
