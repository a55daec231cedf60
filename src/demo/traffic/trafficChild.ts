import { setPriority } from "node:os";
import { createRandom } from "../random.ts";
import { runTraffic } from "./runTraffic.ts";
import type { TrafficOrder } from "./trafficOrder.ts";

/** The process that plays the public of a demo: nice to the others, and gone with who started it. */
const niceness = 5;
const patienceMs = 5_000;
setPriority(niceness);
process.once("disconnect", () => process.exit(0));
process.once("message", ({ seed, ...order }: TrafficOrder) => {
  runTraffic({
    ...order,
    random: createRandom(seed),
    nowMs: Date.now,
    send,
    later: (afterMs, work) => void setTimeout(work, afterMs),
  });
});

async function send(
  url: string,
  { userAgent, body }: { readonly userAgent: string; readonly body?: string },
): Promise<unknown> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { "user-agent": userAgent, "content-type": "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(patienceMs),
    ...(body === undefined ? {} : { body }),
  });
  if (body !== undefined && response.ok) return response.json();
  await response.arrayBuffer();
  return null;
}
