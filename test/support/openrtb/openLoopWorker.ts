import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";
import type { LoadOrder, LoadResult } from "./openLoop.ts";

/** Sends requests at a fixed rate whether or not earlier ones were answered, as exchanges do. */
const { endpoint, body, perSecond, seconds } = workerData as LoadOrder;
// As exchanges do, it keeps every connection that it has opened. Node's own default closes what is idle beyond 256 and opens it
// again a moment later, and a loop under load accepts one connection a round: what would be measured is that queue.
const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512 });
const url = new URL(endpoint);
const startedMs = performance.now();
const result: { statuses: Record<number, number>; tookMs: number[] } = { statuses: {}, tookMs: [] };
let sent = 0;
let open = 0;

function send(): void {
  const sentMs = performance.now();
  open++;
  const settle = (status: number): void => {
    open--;
    result.statuses[status] = (result.statuses[status] ?? 0) + 1;
    result.tookMs.push(performance.now() - sentMs);
  };
  const asked = request(url, { method: "POST", agent }, (response) => {
    response.resume();
    response.on("end", () => settle(response.statusCode ?? 0));
  });
  asked.on("error", () => settle(0));
  asked.end(body);
}

function tick(): void {
  const elapsedMs = performance.now() - startedMs;
  const due = Math.floor((Math.min(elapsedMs, seconds * 1_000) * perSecond) / 1_000);
  for (; sent < due; sent++) send();
  if (elapsedMs < seconds * 1_000 || open > 0) {
    setTimeout(tick, 1);
    return;
  }
  agent.destroy();
  parentPort?.postMessage(result satisfies LoadResult);
}
tick();
