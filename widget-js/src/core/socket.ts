import { Backoff } from "./backoff.ts";
import { afterClose } from "./codes.ts";
import type { Cancel, Ports, SocketLike } from "./ports.ts";

export type SocketState =
  | { phase: "idle" }
  | { phase: "connecting"; attempt: number }
  | { phase: "ready" }
  | { phase: "waiting"; attempt: number; until: number }
  | { phase: "stopped"; code: number };

/** Any frame: what it is stands in `type`. */
export interface Frame {
  type: string;
  [field: string]: unknown;
}

export interface SocketOwner {
  /** Where to connect, best first; asked before every attempt. */
  urls(): string[];
  /** The first frame of a new socket; asked once it is open. */
  hello(): Frame;
  frame(frame: Frame): void;
  state(state: SocketState): void;
  /** The hub refused the credentials: true if there are others to try. */
  refused(): boolean;
  /** The hub cannot take a frame of ours: it is too big, or bad. */
  commandFailed(code: number): void;
}

const SUBPROTOCOL = "kefu.v1";
/** From the attempt to the welcome; a hub that takes longer counts as gone. */
const WELCOME_WITHIN_MS = 15_000;
/** A connection that held this long ends the outage that came before it. */
const STEADY_AFTER_MS = 5_000;

/** One connection to the hub that comes back by itself until it is told to stop. */
export class HubSocket {
  private state: SocketState = { phase: "idle" };
  private socket: SocketLike | undefined;
  private readonly backoff: Backoff;
  private timer: Cancel | undefined;
  private attempt = 0;
  private addressTurn = 0;
  private heardAt = 0;
  private readyAt: number | undefined;
  private silenceMs = WELCOME_WITHIN_MS;
  private restartAt: number | undefined;

  constructor(private readonly ports: Ports, private readonly owner: SocketOwner) {
    this.backoff = new Backoff(ports.random);
  }

  current(): SocketState {
    return this.state;
  }

  start(): void {
    if (this.state.phase === "idle" || this.state.phase === "stopped") this.connect();
  }

  /** Says good-bye; nothing is tried again until `start`. */
  stop(): void {
    this.drop(1000);
    this.attempt = 0;
    this.backoff.reset();
    this.move({ phase: "idle" });
  }

  /** A sign that the line may be back (network up, page visible): do not wait any longer. */
  nudge(): void {
    if (this.state.phase === "waiting" && this.restartAt === undefined) this.connect();
  }

  /** Begins anew, for example to ask again for what is missing. */
  reconnect(): void {
    this.drop(1000);
    this.waitAndRetry();
  }

  /** True if the frame was handed to a welcomed socket. */
  send(frame: object): boolean {
    if (this.state.phase !== "ready" || !this.socket) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private connect(): void {
    this.drop(1000);
    this.restartAt = undefined;
    this.attempt += 1;
    this.silenceMs = WELCOME_WITHIN_MS;
    this.heardAt = this.ports.clock.now();
    this.move({ phase: "connecting", attempt: this.attempt });
    const urls = this.owner.urls();
    const url = urls[this.addressTurn % Math.max(urls.length, 1)] ?? "";
    const socket = new this.ports.WebSocket(url, SUBPROTOCOL);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.owner.hello()));
    socket.onmessage = (event: { data: unknown }) => this.heard(event.data);
    socket.onerror = () => undefined;
    socket.onclose = (event: { code: number }) => this.closed(event.code);
    this.watch();
  }

  /** One timer for the whole life of a socket: it looks how long ago something was heard. */
  private watch(): void {
    const { clock } = this.ports;
    const left = this.heardAt + this.silenceMs - clock.now();
    this.timer = clock.after(Math.max(left, 0), () => {
      if (clock.now() - this.heardAt >= this.silenceMs) this.lost();
      else this.watch();
    });
  }

  private heard(data: unknown): void {
    this.heardAt = this.ports.clock.now();
    const frame = parse(data);
    if (!frame) return;
    if (frame.type === "ping") return this.socket?.send('{"type":"pong"}');
    if (frame.type === "restarting") return this.restarting(Number(frame["reconnect_in_ms"]) || 0);
    if (frame.type === "welcome") this.welcomed(Number(frame["heartbeat_ms"]) || WELCOME_WITHIN_MS);
    this.owner.frame(frame);
  }

  private welcomed(heartbeatMs: number): void {
    this.silenceMs = 2 * heartbeatMs;
    this.timer?.();
    this.watch();
    this.readyAt = this.heardAt;
    this.attempt = 0;
    this.move({ phase: "ready" });
  }

  /** The hub is going; it has told when it wants to see us again. */
  private restarting(inMs: number): void {
    this.restartAt = this.ports.clock.now() + inMs;
    this.timer?.();
    this.timer = this.ports.clock.after(inMs, () => this.connect());
  }

  private closed(code: number): void {
    const action = afterClose(code);
    if (action === "fail_command") this.owner.commandFailed(code);
    if (action === "stop" || (action === "new_token" && !this.owner.refused())) {
      this.drop();
      this.move({ phase: "stopped", code });
      return;
    }
    this.lost();
  }

  private lost(): void {
    this.addressTurn += 1;
    this.drop(4000);
    this.waitAndRetry();
  }

  private waitAndRetry(): void {
    const now = this.ports.clock.now();
    if (this.readyAt !== undefined && now - this.readyAt >= STEADY_AFTER_MS) this.backoff.reset();
    this.readyAt = undefined;
    const wait = this.restartAt === undefined ? this.backoff.next(now) : Math.max(this.restartAt - now, 0);
    this.timer = this.ports.clock.after(wait, () => this.connect());
    this.move({ phase: "waiting", attempt: this.attempt, until: now + wait });
  }

  private drop(code?: number): void {
    this.timer?.();
    this.timer = undefined;
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // The old socket may still fail later; nobody wants to hear of it.
    socket.onerror = () => undefined;
    try {
      socket.close(code);
    } catch {
      // Closing a socket that never opened is an error in some browsers and changes nothing.
    }
  }

  private move(state: SocketState): void {
    this.state = state;
    this.owner.state(state);
  }
}

function parse(data: unknown): Frame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    return frame && typeof frame === "object" && "type" in frame ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}
