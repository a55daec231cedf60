import type { Server } from "node:http";

/** Requests in flight get this long to end. */
const drainMs = 5_000;

/** Ends idle connections at once and the others after their request, or after `drainMs`. */
export async function closeHttp(http: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    http.close(() => resolve());
  });
  const impatience = setTimeout(() => http.closeAllConnections(), drainMs);
  http.closeIdleConnections();
  await closed;
  clearTimeout(impatience);
}
