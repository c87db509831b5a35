/** What core needs from its surroundings. Tests bring their own; pages bring the browser's. */

/** Cancels what it came from; calling it twice is harmless. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds UTC of this machine; only for waiting and countdowns, never for order. */
  now(): number;
  after(ms: number, run: () => void): Cancel;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** The part of a WebSocket that core uses. */
export interface SocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}
export type SocketConstructor = new (url: string, protocols?: string | string[]) => SocketLike;

/** A place for strings that outlives the page. */
export interface KeyValue {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** Every key that begins with `prefix`. */
  keys(prefix: string): string[];
}

/** Named locks shared by the tabs of one browser. */
export interface Locks {
  /** Takes the lock until `release` or until the tab dies; undefined when another tab has it. */
  tryHold(name: string): Promise<Cancel | undefined>;
}

export interface Ports {
  clock: Clock;
  random: Random;
  WebSocket: SocketConstructor;
  storage: KeyValue;
  locks: Locks;
}

/** A KeyValue that lives as long as the page: for tests, and where storage is refused. */
export function memoryStorage(entries = new Map<string, string>()): KeyValue {
  return {
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
    keys: (prefix) => [...entries.keys()].filter((key) => key.startsWith(prefix)),
  };
}

/** Locks among users of one set: for tests, and where the browser has none. */
export function memoryLocks(held = new Set<string>()): Locks {
  return {
    async tryHold(name) {
      if (held.has(name)) return undefined;
      held.add(name);
      return () => void held.delete(name);
    },
  };
}

const REF_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A new id of 22 letters that the hub accepts as a `ref` (132 random bits). */
export function newRef(random: Random): string {
  let ref = "";
  while (ref.length < 22) ref += REF_LETTERS[Math.floor(random() * 64)] ?? "A";
  return ref;
}
