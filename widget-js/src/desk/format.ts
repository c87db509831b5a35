/** 42 s → "0:42", 75 min → "1:15:00". */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const pad = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function time(at: number): string {
  return TIME.format(at);
}

/** How far a wait is on its way to the response target, and in which tone to say it. */
export function urgency(since: number | undefined, due: number | undefined, now: number): { part: number; tone: "ok" | "warn" | "bad" } {
  if (since === undefined || due === undefined || due <= since) return { part: 0, tone: "ok" };
  const part = (now - since) / (due - since);
  return { part, tone: part >= 1 ? "bad" : part >= 0.75 ? "warn" : "ok" };
}
