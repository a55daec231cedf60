import { composeServer, listen } from "../../src/compose/server.ts";
import { parseConfig } from "../../src/config.ts";
import { emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { refreshClickRates } from "../../src/stores/postgres/clickRates.ts";
import type { FromNode, JobName, NodeState, ToNode } from "./messages.ts";

/**
 * One ad server of the simulation: the composed production server, whose clock is what the coordinator says. Within a
 * step its time runs on with the real one, so that no two decisions need share a millisecond. Its own timers run too, in
 * real time; what matters to money is also run when the coordinator says so.
 */
const clock = { nowMs: Number(process.env.SIMULATED_NOW_MS), tickMs: 1_000, sinceMs: 0 };
function nowMs(): number {
  const elapsedMs = Math.floor(performance.now() - clock.sinceMs);
  return clock.nowMs + Math.min(elapsedMs, clock.tickMs - 1);
}

const config = parseConfig(process.env, "serve");
// In virtual time a moment of the real machine is minutes: only the number of waiting charges may stop paid ads.
const farMs = 30 * 86_400_000;
const neverMs = 2 ** 31 - 1;
const server = await composeServer(config, {
  dynamodbCredentials: emulatorCredentials,
  demoRouters: [],
  clock: { nowMs, correct: async () => undefined },
  pacingIntervals: { passMs: neverMs, heartbeatMs: neverMs, takeMs: neverMs, flushMs: neverMs },
  paidLimits: { oldestSnapshotMs: farMs, outbox: { maxUnwritten: 100_000, maxAgeMs: farMs } },
});
const { stores, jobs } = server;
const port = await listen(server.http, config.host, config.port);

const runs: Readonly<Record<JobName, () => Promise<unknown>>> = {
  drain: jobs.drainer.runOnce,
  clickRates: () => refreshClickRates(stores.db),
  pacing: () => jobs.pacing.runPacingOnce(nowMs()),
  throttles: jobs.pacing.takeThrottlesOnce,
  traffic: jobs.pacing.flushTrafficOnce,
  events: stores.events.flush,
  forecasts: jobs.pacing.refreshForecastsOnce,
};

function stateOf(): NodeState {
  const { unwritten, pausePaid } = jobs.drainer.outboxState();
  return { spooledBytes: stores.spool.counts().waitingBytes, unwritten, pausePaid };
}

async function step(call: number, names: readonly JobName[]): Promise<void> {
  let error: string | null = null;
  for (const name of names)
    await runs[name]().catch((reason: unknown) => {
      error = `${name}: ${String(reason)}`;
    });
  say({ kind: "done", call, error, state: stateOf() });
}

function say(message: FromNode): void {
  // The coordinator may have gone: then so do we.
  process.send?.(message, undefined, {}, () => undefined);
}

process.on("message", (message: ToNode) => {
  if (message.kind === "step") {
    void step(message.call, message.jobs);
  } else {
    clock.nowMs = message.nowMs;
    clock.tickMs = message.tickMs;
    clock.sinceMs = performance.now();
  }
});
process.on("disconnect", () => process.exit(0));
say({ kind: "ready", port });
