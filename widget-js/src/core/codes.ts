/** What a client does after a close: the generated table tells, everything else reconnects. */
export type AfterClose = "reconnect" | "too_big" | "new_token" | "stop";
export function afterClose(code: number): AfterClose {
  if (code === 4413) return "too_big";
  if (code === 4501) return "new_token";
  return [4400, 4500, 4503, 4508, 4510].includes(code) ? "stop" : "reconnect";
}
export type AfterError = "retry" | "fail";
export function afterError(code: string): AfterError {
  return ["rate_limited", "unavailable"].includes(code) ? "retry" : "fail";
}
