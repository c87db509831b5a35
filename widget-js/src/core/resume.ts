export interface ResumePoint {
  conversation: string;
  epoch: string;
  seq: number;
}

/** What to do with an event that came in. */
export type Verdict = "apply" | "known" | "gap";

const MOST = 200;

/** Where this client stands in each conversation, and whether the next event fits. */
export class Resume {
  private readonly points = new Map<string, { epoch: string; seq: number }>();

  /** A snapshot replaced everything known of the conversation. */
  place(conversation: string, epoch: string, seq: number): void {
    this.points.delete(conversation);
    this.points.set(conversation, { epoch, seq });
  }

  forget(conversation: string): void {
    this.points.delete(conversation);
  }

  knows(conversation: string): boolean {
    return this.points.has(conversation);
  }

  /**
   * Judges one event and, if it is to be applied, moves on to it. A conversation that
   * nobody told about may only begin at its first event.
   */
  take(conversation: string, epoch: string, seq: number): Verdict {
    const at = this.points.get(conversation) ?? { epoch, seq: 0 };
    if (at.epoch !== epoch) return "gap";
    if (seq <= at.seq) return "known";
    if (seq > at.seq + 1) return "gap";
    this.place(conversation, epoch, seq);
    return "apply";
  }

  /** For `hello`: the conversations touched last, as many as the hub takes. */
  list(): ResumePoint[] {
    return [...this.points].slice(-MOST).map(([conversation, at]) => ({ conversation, ...at }));
  }
}
