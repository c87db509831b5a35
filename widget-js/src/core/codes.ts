import { CLOSE_CODES, ERROR_CODES } from "./protocol.gen.ts";

/** What a client does after a close; codes that the table does not know are a lost line. */
export type AfterClose = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES]["next"];

export function afterClose(code: number): AfterClose {
  return code in CLOSE_CODES ? CLOSE_CODES[code as keyof typeof CLOSE_CODES].next : "reconnect";
}

/** Whether the same command, with the same `ref`, may succeed later. */
export function mayRetry(code: string): boolean {
  return code in ERROR_CODES && ERROR_CODES[code as keyof typeof ERROR_CODES].retry;
}
