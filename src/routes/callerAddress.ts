import type { IncomingMessage } from "node:http";

/**
 * The address that a request comes from: `trustedProxies` entries of X-Forwarded-For are believed, from the right, as
 * each proxy in front of us appends whom it speaks for; the connection's own address when there are none. Null = unknown.
 */
export function callerAddress(request: IncomingMessage, trustedProxies: number): string | null {
  const own = request.socket.remoteAddress ?? null;
  const header = request.headers["x-forwarded-for"];
  if (trustedProxies === 0 || typeof header !== "string") return own;
  if (!header.includes(",")) return header.trim() || own;
  const forwarded = header.split(",").map((part) => part.trim());
  const told = forwarded.filter((part) => part !== "");
  return told.at(-Math.min(trustedProxies, told.length)) ?? own;
}
