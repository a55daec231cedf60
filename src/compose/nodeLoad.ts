import type { RequestListener, Server } from "node:http";
import type { App } from "../app.ts";
import type { Config } from "../config.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { createAccessLog } from "../routes/accessLog.ts";
import { createGate, createLoadGate } from "../routes/loadGate.ts";
import { createLoadDoor, type LoadDoor } from "../serving/loadDoor.ts";
import { createLoopWait } from "../serving/loopWait.ts";
import type { Log } from "./log.ts";
import { type ServerRole, servesAds } from "./role.ts";

const monotonicMs = () => performance.now();
const idleMs = () => performance.eventLoopUtilization().idle;

const lookEveryMs = 20;

/** What a node that serves ads decides at once, pages and bids together. */
export function openLoadDoor({ requestDeadlineMs }: Pick<Config, "requestDeadlineMs">): LoadDoor {
  const loopWait = createLoopWait({
    monotonicMs,
    idleMs,
    afterThis: (run) => setImmediate(run),
    often: (run) => setInterval(run, lookEveryMs).unref(),
  });
  // Whoever has waited for so long before being seen is late, whatever is decided.
  return createLoadDoor({ monotonicMs, idleMs, loopWait, longestWaitMs: requestDeadlineMs });
}

/** Stands before all routes of such a node, and tells what it sends away. */
export function gateOf(
  load: LoadDoor,
  { accessLogEvery }: Pick<Config, "accessLogEvery">,
  metrics: Metrics,
  log: Log,
): (app: RequestListener) => RequestListener {
  const shed = metrics.counter(
    "atelier_requests_shed_total",
    "Requests that were sent away for want of time: pages (no ads), other (503), by cause (full, late, told)",
    ["kind", "cause"],
  );
  measureLoad(load, metrics);
  return (app) =>
    createLoadGate(app, {
      load,
      onShed: (kind, cause) => shed.add(1, { kind, cause }),
      logAccess: createAccessLog(accessLogEvery, (line) => log.info(line, "request")),
    });
}

/** What stands before every route of any node; who is behind another process of ours leaves the log to that one. */
export function guard(
  app: App,
  given: {
    readonly ads: { readonly gate: (app: RequestListener) => RequestListener } | null;
    readonly config: Pick<Config, "accessLogEvery">;
    readonly log: Log;
    readonly isBehind: boolean;
  },
): App {
  const { routes } = app;
  if (given.ads !== null) return Object.assign(given.ads.gate(app), { routes });
  const every = given.isBehind ? 0 : given.config.accessLogEvery;
  const logAccess = createAccessLog(every, (line) => given.log.info(line, "request"));
  return Object.assign(createGate(app, logAccess), { routes });
}

export function measureConnections(http: Server, metrics: Metrics, role: ServerRole): void {
  const prefix = servesAds(role) ? "atelier_" : "atelier_management_";
  let open = 0;
  http.on("connection", (socket) => {
    open++;
    socket.once("close", () => open--);
  });
  metrics.gauge(`${prefix}connections`, "Connections that are open", () => open);
  const refused = metrics.counter(
    `${prefix}connections_refused_total`,
    "Connections that were closed at once, as there were MAX_CONNECTIONS",
  );
  http.on("drop", () => refused.add(1));
}

function measureLoad({ state }: LoadDoor, metrics: Metrics): void {
  metrics.gauge(
    "atelier_load_limit",
    "How many pages and bids are decided at once while the event loop has nothing left",
    () => state().limit,
  );
  metrics.gauge("atelier_load_in_flight", "Pages and bids that are being decided", () => {
    return state().inFlight;
  });
  metrics.gauge(
    "atelier_load_full",
    "1 while the event loop has nothing left, so that the limit holds",
    () => Number(state().isFull),
  );
  metrics.gauge(
    "atelier_load_wait_seconds",
    "How long the last page or bid may have waited for the event loop",
    () => state().waitMs / 1_000,
  );
}
