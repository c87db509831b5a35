// Starts the real hub for a test and makes sure that it does not outlive it.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BINARY = process.env.HUB_BIN ?? fileURLToPath(new URL("../../../target/debug/hub", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
const READY_WITHIN_MS = 60_000;
export const PASSWORD = "only-for-this-test";

/** A hub on a port that stays the same over restarts, with a store of its own. */
export class Hub {
  #child;
  #store;
  #port;
  #log = "";

  static async start() {
    const hub = new Hub();
    hub.#store = await mkdtemp(join(tmpdir(), "kefu-e2e-"));
    hub.#port = await freePort();
    process.on("exit", () => hub.#child?.kill("SIGKILL"));
    await hub.run();
    return hub;
  }

  get origin() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What the hub has said on standard error so far. */
  get log() {
    return this.#log;
  }

  async run() {
    const env = {
      ...process.env, HUB_STORE__DIR: this.#store, HUB_LISTEN__PUBLIC: `127.0.0.1:${this.#port}`,
      HUB_LISTEN__OPERATIONS: "127.0.0.1:0", HUB_DEMO__PASSWORD: PASSWORD,
    };
    this.#child = spawn(BINARY, ["serve", "--demo"], { env, cwd: REPOSITORY, stdio: ["ignore", "ignore", "pipe"] });
    this.#child.stderr.on("data", (data) => (this.#log += data));
    const failed = new Promise((_, reject) => {
      this.#child.once("error", (error) => reject(new Error(`cannot start ${BINARY}: ${error.message}`)));
      this.#child.once("exit", (code, signal) => reject(new Error(`the hub ended (${code ?? signal}) before it was ready:\n${this.#log}`)));
    });
    await Promise.race([this.#ready(), failed]);
    failed.catch(() => undefined);
  }

  /** `kill -9`; resolves when the process is gone. */
  async kill() {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    await rm(this.#store, { recursive: true, force: true });
  }

  async #ready() {
    const giveUp = Date.now() + READY_WITHIN_MS;
    for (;;) {
      if (await this.#isReady()) return;
      if (Date.now() > giveUp) throw new Error(`the hub was not ready within ${READY_WITHIN_MS} ms:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #isReady() {
    try {
      const { operations, pid } = JSON.parse(await readFile(join(this.#store, "addresses.json"), "utf8"));
      // The file of the hub before the kill is still there until the new one writes its own.
      return pid === this.#child.pid && (await fetch(`http://${operations}/readyz`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
