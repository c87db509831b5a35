import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import type { Frame } from "../../src/core/socket.ts";

interface Entry {
  seq: number;
  at: number;
  event: { type: string; [field: string]: unknown };
}

/** One session as a test sees it: what the client said, and a way to answer. */
export class Session {
  readonly heard: Frame[] = [];
  constructor(readonly socket: WebSocket, readonly path: string) {}

  say(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }
}

/**
 * A hub with one conversation in memory that keeps to the protocol, and breaks in the ways
 * that a test asks for. It listens on a port of its own.
 */
export class FakeHub {
  readonly sessions: Session[] = [];
  readonly log: Entry[] = [];
  /** Every durable command, also the repeated ones. */
  readonly commands: Frame[] = [];
  epoch = "e1";
  heartbeatMs = 25_000;
  /** Asked before a durable command is answered: what it returns is sent instead. */
  answer: (command: Frame, session: Session) => object[] | undefined = () => undefined;
  /** Asked at `hello`: a close code refuses the session. */
  refuse: (hello: Frame) => number | undefined = () => undefined;
  private readonly answered = new Map<string, object>();

  private constructor(private readonly server: Server, private readonly sockets: WebSocketServer) {
    sockets.on("connection", (socket, request) => this.accept(new Session(socket, request.url ?? "")));
  }

  static async start(): Promise<FakeHub> {
    const server = createServer();
    const sockets = new WebSocketServer({ server, handleProtocols: () => "kefu.v1" });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FakeHub(server, sockets);
  }

  get origin(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get last(): Session {
    const session = this.sessions.at(-1);
    if (!session) throw new Error("nobody has connected");
    return session;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Cuts every connection without a good-bye. */
  cut(): void {
    for (const socket of this.sockets.clients) socket.terminate();
  }

  /** Appends an event and sends it to everybody, or keeps it to itself. */
  append(event: Entry["event"], send = true): Entry {
    const entry = { seq: this.log.length + 1, at: 1_000 + this.log.length, event };
    this.log.push(entry);
    if (send) for (const session of this.sessions) if (session.socket.readyState === 1) session.say({ type: "event", conversation: "c-1", epoch: this.epoch, ...entry });
    return entry;
  }

  private accept(session: Session): void {
    this.sessions.push(session);
    session.socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      session.heard.push(frame);
      if (frame.type === "hello") this.welcome(frame, session);
      else if (typeof frame["ref"] === "string") this.command(frame, session);
    });
  }

  private welcome(hello: Frame, session: Session): void {
    const code = this.refuse(hello);
    if (code !== undefined) return session.socket.close(code);
    const resume = (hello["resume"] ?? []) as { conversation: string; epoch: string; seq: number }[];
    const named = resume.find((item) => item.conversation === "c-1");
    const open = this.log.length > 0 && !named;
    session.say({
      type: "welcome", session: "s", node: "n", now: Date.now(), heartbeat_ms: this.heartbeatMs, customer: "c", token: "token-1",
      site: { name: "Demo", locale: "en", departments: [] }, ...(open && { conversation: this.snapshot() }), conversations: [],
      agent: { id: "a-1", name: "Ada", role: "agent", departments: [] }, availability: "available", queues: [], canned_replies_version: 1,
    });
    if (!named) return;
    if (named.epoch !== this.epoch) session.say({ type: "resync", conversation: "c-1", snapshot: this.snapshot() });
    else session.say({ type: "events", conversation: "c-1", epoch: this.epoch, events: this.log.slice(named.seq), complete: true });
  }

  private command(command: Frame, session: Session): void {
    this.commands.push(command);
    const special = this.answer(command, session);
    if (special) return special.forEach((frame) => session.say(frame));
    const ref = String(command["ref"]);
    let ok = this.answered.get(ref);
    if (!ok) {
      ok = { type: "ok", ref, ...this.effect(command), at: 1_000 };
      this.answered.set(ref, ok);
    }
    session.say(ok);
  }

  /** Does the command and appends what it caused, before the answer. */
  private effect(command: Frame): object {
    if (command.type !== "send_message") return {};
    const text = command["text"];
    const entry = this.append({
      type: "message_posted", message: `m${this.log.length + 1}`, author: { kind: "customer", id: "c", name: "Customer" },
      ref: command["ref"], body: { kind: "text", text }, text,
    });
    return { conversation: "c-1", seq: entry.seq };
  }

  snapshot(): object {
    return {
      conversation: "c-1", epoch: this.epoch, seq: this.log.length, state: "assigned", department: "sales",
      agent: { id: "a-1", name: "Ada" }, turn: "agent", read: {}, events: this.log,
    };
  }
}
