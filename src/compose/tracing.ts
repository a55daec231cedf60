import type { Config } from "../config.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { AnswerBid } from "../serving/answerBid.ts";
import type { Ledger } from "../serving/ledgerPorts.ts";
import type { RecordTrackedEvent } from "../serving/ports.ts";
import type { ServeAds } from "../serving/serveAds.ts";
import type { Tracing } from "../stores/telemetry/tracing.ts";
import { decide } from "../targeting/decide.ts";
import type { Log } from "./log.ts";
import type { ServerRole } from "./role.ts";
import type { SharedServing } from "./serving.ts";

/** Requests a second and node that are traced because their callers trace them. */
const mostOfCallers = 10;
const troubleEveryMs = 60_000;

type TraceConfig = Pick<
  Config,
  "tracesEndpoint" | "tracesHeaders" | "tracesShare" | "tracesService"
>;

/**
 * Traces as configured; null = nobody asked for any. Only then is anything of OpenTelemetry loaded: everything below gives back
 * the very function that it is given where there is no tracing, so that it costs nothing.
 */
export async function openTracing(
  config: TraceConfig,
  role: ServerRole,
  log: Log,
): Promise<Tracing | null> {
  const { tracesEndpoint: endpoint, tracesService: serviceName, tracesShare: share } = config;
  if (endpoint === null) return null;
  const { createOpenTelemetry } = await import("../stores/telemetry/openTelemetry.ts");
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return createOpenTelemetry({
    endpoint,
    serviceName,
    share,
    headers: headersOf(config.tracesHeaders),
    fields: { "atelier.role": role },
    // Management is asked through the process that serves ads, which has decided already.
    mostOfCallers: role === "management" ? Number.POSITIVE_INFINITY : mostOfCallers,
    onTrouble(error) {
      const nowMs = performance.now();
      if (nowMs - toldAtMs < troubleEveryMs) return;
      toldAtMs = nowMs;
      // Its message may have the collector's answer, and that our headers.
      log.warn({ error: error instanceof Error ? error.name : "unknown" }, "traces were not sent");
    },
  });
}

/** "a=b,c=d", as OpenTelemetry has it: values may be percent-encoded. What is no pair is left out. */
export function headersOf(text: string | null): Readonly<Record<string, string>> {
  const pairs = (text ?? "").split(",").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What becomes of spans, where there are any. Each process has names of its own. */
export function measureTracing(metrics: Metrics, tracing: Tracing | null, role: ServerRole): void {
  if (tracing === null) return;
  const prefix = role === "management" ? "atelier_management_" : "atelier_";
  const spans = metrics.counter(
    `${prefix}trace_spans_total`,
    "Spans that were sent to the collector of traces, or could not be",
    ["outcome"],
  );
  tracing.hear((count, outcome) => spans.add(count, { outcome }));
}

/** The read trip, the decision and the holds of pages and bids. */
export function traceServing(tracing: Tracing | null, shared: SharedServing): SharedServing {
  if (tracing === null) return shared;
  const { readVisitor, holdBudgets, releaseHolds } = shared;
  return {
    ...shared,
    readVisitor: (visitorKey, wants, nowMs) =>
      tracing.within("read visitor", { "atelier.scores": wants.scores }, async (span) => {
        const outcome = await readVisitor(visitorKey, wants, nowMs);
        span.note({ "atelier.ok": outcome.ok });
        return outcome;
      }),
    holdBudgets: (requests, context) =>
      tracing.within("hold budgets", { "atelier.asked": requests.length }, async (span) => {
        const outcomes = await holdBudgets(requests, context);
        span.note({ "atelier.held": outcomes.filter(({ held }) => held).length });
        return outcomes;
      }),
    releaseHolds: (holdIds, ...when) =>
      tracing.within("release holds", { "atelier.holds": holdIds.length }, () =>
        releaseHolds(holdIds, ...when),
      ),
    decide: (request, ...inputs) =>
      tracing.within("decide", { "atelier.placements": request.placements.length }, (span) => {
        const decision = decide(request, ...inputs);
        const winners = decision.placements.reduce((sum, one) => sum + one.winners.length, 0);
        span.note({ "atelier.winners": winners });
        return decision;
      }),
  };
}

/** From what was decided to the last byte of the answer. */
export function traceAnswer(tracing: Tracing | null, serveAds: ServeAds): ServeAds {
  if (tracing === null) return serveAds;
  return async (request, options) => {
    const answer = await serveAds(request, options);
    tracing.untilAnswered("answer");
    return answer;
  };
}

export function traceBid(tracing: Tracing | null, answerBid: AnswerBid): AnswerBid {
  if (tracing === null) return answerBid;
  return (request, ssp, ...rest) =>
    tracing.within("bid", { "atelier.ssp": ssp.name }, async (span) => {
      const result = await answerBid(request, ssp, ...rest);
      span.note({ "atelier.bids": result.bids, "atelier.no_bid": result.reason ?? "" });
      return result;
    });
}

export function traceRecord(
  tracing: Tracing | null,
  record: RecordTrackedEvent,
): RecordTrackedEvent {
  if (tracing === null) return record;
  return (kind, ...event) =>
    tracing.within("record event", { "atelier.kind": kind }, async (span) => {
      const outcome = await record(kind, ...event);
      span.note({ "atelier.status": outcome.status });
      return outcome;
    });
}

/** One piece of work beside requests. */
export function traceJob<T>(
  tracing: Tracing | null,
  name: string,
  work: () => Promise<T>,
): () => Promise<T> {
  return tracing === null ? work : () => tracing.job(name, work);
}

/** Each time that charges move, or counters are compared. */
export function traceLedger(tracing: Tracing | null, ledger: Ledger): Ledger {
  if (tracing === null) return ledger;
  return {
    ...ledger,
    exclusively: (work) => tracing.job("ledger pass", () => ledger.exclusively(work)),
  };
}

/** What is sent to others says which span of ours asks. */
export function withTrace(
  tracing: Tracing | null,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const traceparent = tracing?.traceparent() ?? null;
  return traceparent === null ? headers : { ...headers, traceparent };
}
