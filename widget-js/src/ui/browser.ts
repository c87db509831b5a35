import type { Cancel, KeyValue, Locks, Ports, SocketConstructor } from "../core/ports.ts";
import { memoryStorage } from "../core/ports.ts";

/** The browser's own clock, random numbers, sockets, storage and locks. */
export function browserPorts(): Ports {
  const storage = keyValue(() => window.localStorage);
  return {
    clock: {
      now: () => Date.now(),
      after: (ms, run) => {
        const timer = window.setTimeout(run, ms);
        return () => window.clearTimeout(timer);
      },
    },
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    WebSocket: WebSocket as unknown as SocketConstructor,
    storage,
    locks: navigator.locks ? webLocks(navigator.locks) : storageLocks(storage),
  };
}

/** A Storage as KeyValue; where the browser refuses one, what is kept lives as long as the page. */
export function keyValue(open: () => Storage): KeyValue {
  let store: Storage;
  try {
    store = open();
    store.getItem("kefu");
  } catch {
    return memoryStorage();
  }
  return {
    get: (key) => store.getItem(key) ?? undefined,
    set: (key, value) => {
      try {
        store.setItem(key, value);
      } catch {
        // The store is full. The page goes on; only a reload would lose this item.
      }
    },
    remove: (key) => store.removeItem(key),
    keys: (prefix) => Object.keys(store).filter((key) => key.startsWith(prefix)),
  };
}

function webLocks(manager: LockManager): Locks {
  return {
    tryHold: (name) =>
      new Promise((resolve) => {
        void manager.request(name, { ifAvailable: true }, (lock) => {
          if (!lock) return resolve(undefined);
          return new Promise<void>((release) => resolve(release as Cancel));
        });
      }),
  };
}

const BEAT_MS = 4_000;
const DEAD_AFTER_MS = 15_000;

/** Pages without HTTPS have no lock manager: a time stamp that is kept fresh stands in for it. */
function storageLocks(storage: KeyValue): Locks {
  const key = (name: string): string => `kefu-alive:${name}`;
  return {
    async tryHold(name) {
      const beaten = Number(storage.get(key(name)) ?? 0);
      if (Date.now() - beaten < DEAD_AFTER_MS) return undefined;
      const beat = (): void => storage.set(key(name), String(Date.now()));
      beat();
      const timer = window.setInterval(beat, BEAT_MS);
      const release = (): void => {
        window.clearInterval(timer);
        storage.remove(key(name));
      };
      window.addEventListener("pagehide", release, { once: true });
      return release;
    },
  };
}
