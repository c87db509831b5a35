const IDLE_AFTER_MS = 5 * 60_000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Tells when nobody has touched the desk for five minutes, and when somebody does again. */
export class Idle {
  private timer = 0;
  private idle = false;

  constructor(private readonly tell: (idle: boolean) => void) {}

  /** Starts to watch; the returned function ends it. */
  start(): () => void {
    const seen = (): void => this.seen();
    for (const sign of SIGNS) document.addEventListener(sign, seen, { passive: true });
    this.seen();
    return () => {
      for (const sign of SIGNS) document.removeEventListener(sign, seen);
      window.clearTimeout(this.timer);
    };
  }

  private seen(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.move(true), IDLE_AFTER_MS);
    this.move(false);
  }

  private move(idle: boolean): void {
    if (idle === this.idle) return;
    this.idle = idle;
    this.tell(idle);
  }
}
