import type { Server } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Goes on answering for `drainMs` while `/readyz` says that this node stops, so that balancers turn to others before its door closes.
 * Each answer ends its connection: whoever keeps one open finds another node with his next request, not a closed socket.
 * Resolves at once for 0.
 */
export async function drain(http: Server, drainMs: number): Promise<void> {
  if (drainMs === 0) return;
  http.prependListener("request", (_request, response) => {
    response.setHeader("connection", "close");
  });
  await wait(drainMs);
}
