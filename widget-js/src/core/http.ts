import type { AgentInfo } from "./wire.ts";

/** The part of fetch that core uses. */
export type Fetch = (url: string, init?: { method?: string; headers?: Record<string, string>; body?: string }) => Promise<{
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}>;

export interface SignedIn {
  token: string;
  agent: AgentInfo;
}

/** The hub said no, or could not be reached (`unreachable`). */
export class HttpError extends Error {
  constructor(readonly code: string, readonly status: number, readonly retryAfterMs?: number) {
    super(code);
  }
}

/** Signing in and out over HTTP. */
export class Accounts {
  constructor(private readonly fetch: Fetch, private readonly origin: string) {}

  async login(login: string, password: string): Promise<SignedIn> {
    const body = JSON.stringify({ login, password });
    return (await this.call("POST", "/v1/login", { "Content-Type": "application/json" }, body)) as SignedIn;
  }

  /** Who the token belongs to; an HttpError with status 401 when to nobody any more. */
  async me(token: string): Promise<AgentInfo> {
    const answer = (await this.call("GET", "/v1/me", { Authorization: `Bearer ${token}` })) as { agent?: AgentInfo } & AgentInfo;
    return answer.agent ?? answer;
  }

  async logout(token: string): Promise<void> {
    await this.call("POST", "/v1/logout", { Authorization: `Bearer ${token}` });
  }

  private async call(method: string, path: string, headers: Record<string, string>, body?: string): Promise<unknown> {
    let response: Awaited<ReturnType<Fetch>>;
    try {
      response = await this.fetch(this.origin + path, { method, headers, ...(body !== undefined && { body }) });
    } catch {
      throw new HttpError("unreachable", 0);
    }
    const answer = (await response.json().catch(() => ({}))) as { code?: string; retry_after_ms?: number };
    if (!response.ok) throw new HttpError(answer.code ?? "unknown", response.status, answer.retry_after_ms);
    return answer;
  }
}
