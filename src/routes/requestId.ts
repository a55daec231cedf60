import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

export const requestIdHeader = "x-request-id";

const idsOfRequests = new WeakMap<IncomingMessage, string>();

/** The caller's own `X-Request-Id` when it is a plain word, else null. */
export function givenRequestId({ headers }: IncomingMessage): string | null {
  const given = headers[requestIdHeader];
  return typeof given === "string" && /^[\w.:-]{1,64}$/.test(given) ? given : null;
}

/** The caller's own `X-Request-Id` when it is a plain word, else a new one; the same for the whole request. */
export function requestIdOf(request: IncomingMessage): string {
  const known = idsOfRequests.get(request);
  if (known !== undefined) return known;
  const requestId = givenRequestId(request) ?? randomUUID();
  idsOfRequests.set(request, requestId);
  return requestId;
}

/** What an answer says that its request is called; an answer without one gets one, that a fault can be found again. */
export function answeredRequestId(response: ServerResponse): string {
  const told = response.getHeader(requestIdHeader);
  if (typeof told === "string") return told;
  const requestId = randomUUID();
  if (!response.headersSent) response.setHeader(requestIdHeader, requestId);
  return requestId;
}
