import type { KeyValue } from "../core/ports.ts";
import { type Draft, NO_DRAFT } from "./model.ts";

/** What is being written, per conversation; kept at once, so nothing is lost on a reload. */
export class Drafts {
  private drafts: Record<string, Draft>;

  constructor(private readonly storage: KeyValue, private readonly prefix: string) {
    this.drafts = Object.fromEntries(storage.keys(prefix).map((key) => [key.slice(prefix.length), read(storage.get(key))]));
  }

  all(): Record<string, Draft> {
    return this.drafts;
  }

  change(conversation: string, part: Partial<Draft>): Record<string, Draft> {
    const draft = { ...(this.drafts[conversation] ?? NO_DRAFT), ...part };
    this.drafts = { ...this.drafts, [conversation]: draft };
    if (draft.text === "") this.storage.remove(this.prefix + conversation);
    else this.storage.set(this.prefix + conversation, JSON.stringify(draft));
    return this.drafts;
  }
}

function read(text: string | undefined): Draft {
  try {
    const draft = JSON.parse(text ?? "null") as Partial<Draft> | null;
    return typeof draft?.text === "string" ? { text: draft.text, note: draft.note === true } : NO_DRAFT;
  } catch {
    return NO_DRAFT;
  }
}
