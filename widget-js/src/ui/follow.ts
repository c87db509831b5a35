const NEAR_PX = 48;

/** Keeps a log at its end while the reader is there, and where it is while the reader is not. */
export class Follow {
  private end = true;
  private pinned = false;
  private height = 0;
  private top = 0;
  private log: HTMLElement | null = null;

  /** Before a drawing: remember where the reader is. */
  before(log: HTMLElement | null): void {
    this.log = log;
    if (!log) return;
    this.end = this.pinned || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
    this.height = log.scrollHeight;
    this.top = log.scrollTop;
  }

  /** The reader has written: the end is where to look. */
  stick(): void {
    this.pinned = true;
  }

  /** Another conversation is shown: begin at its end. */
  restart(): void {
    this.pinned = true;
  }

  /** After it: go to the new end, or stay with the line that was at the top. */
  after(log: HTMLElement | null): void {
    if (!log) return;
    if (log !== this.log || this.end) log.scrollTop = log.scrollHeight;
    else if (this.top < NEAR_PX && log.scrollHeight > this.height) log.scrollTop = this.top + log.scrollHeight - this.height;
    this.log = log;
    this.pinned = false;
  }

  atEnd(): boolean {
    const { log } = this;
    return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  }
}
