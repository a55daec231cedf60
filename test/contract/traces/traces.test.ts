import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createOpenTelemetry } from "../../../src/stores/telemetry/openTelemetry.ts";
import type { Tracing } from "../../../src/stores/telemetry/tracing.ts";
import { type System, startSystem } from "../../support/system.ts";
import {
  type CollectedSpan,
  startTraceCollector,
  type TraceCollector,
} from "../../support/traceCollector.ts";
import { until } from "../../support/until.ts";

/** What no trace may hold. */
const visitorId = "visitor-7d1f";
const address = "203.0.113.77";
const consent = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA";
const userAgent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0 traced-agent";

const callersTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const callersSpan = "00f067aa0ba902b7";

let collector: TraceCollector;
let secrets: readonly string[];
let metrics: string;
beforeAll(async () => {
  collector = await startTraceCollector();
  const system = await startSystem({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b,other=c",
    OTEL_TRACES_SAMPLER_ARG: "1",
    OTEL_SERVICE_NAME: "ads-of-tests",
  });
  try {
    secrets = await useIt(system);
    metrics = (await request(system.url).get("/metrics")).text;
  } finally {
    // What waits is sent before it ends.
    await system.close();
  }
});
afterAll(() => collector?.close());

/** Answers what of it no trace may tell. */
async function useIt(system: System): Promise<readonly string[]> {
  const { url, adminKey } = system;
  const authorization = `Bearer ${adminKey}`;
  const campaignId = await system.openShop();
  const ads = await request(url)
    .post("/v1/ads")
    .set("traceparent", `00-${callersTrace}-${callersSpan}-01`)
    .set("x-forwarded-for", address)
    .set("user-agent", userAgent)
    .send({
      visitor: { id: visitorId, gdpr: false, consent },
      place: { search: { postalCode: "87000" } },
      placements: [{ id: "top" }],
    })
    .expect(200);
  const impression = new URL(ads.body.placements[0].ads[0].tracking.impression).pathname;
  await request(url).get(impression).set("x-forwarded-for", address).expect(200);
  await request(url).get("/v1/nothing/here?what=asked-for").expect(404);
  await request(url).get("/readyz");
  const ledger = () =>
    request(url)
      .get(`/v1/campaigns/${campaignId}/ledger?limit=7`)
      .set("authorization", authorization);
  await until(async () => (await ledger()).body.items.length === 1);
  const token = impression.split("/").at(-1) ?? "";
  const key = system.stores.visitorKeyOf(visitorId);
  return [visitorId, key, address, consent, userAgent, token, adminKey, "asked-for", "limit=7"];
}

const named = (name: string): readonly CollectedSpan[] =>
  collector.spans().filter((span) => span.name === name);
const only = (name: string): CollectedSpan => {
  const [span, ...more] = named(name);
  if (span === undefined || more.length > 0)
    throw new Error(
      `${name}: ${named(name).length} of ${collector.spans().map((one) => one.name)}`,
    );
  return span;
};

test("an ad request is one trace below its caller's: read trip, decision, holds, answer, in this order", () => {
  const ads = only("POST /v1/ads");
  expect(ads).toMatchObject({
    traceId: callersTrace,
    parentSpanId: callersSpan,
    kind: 2,
    failed: false,
    fields: {
      "http.request.method": "POST",
      "http.route": "/v1/ads",
      "http.response.status_code": 200,
      "atelier.answered": true,
    },
    resource: { "service.name": "ads-of-tests", "atelier.role": "all" },
  });
  const steps = ["read visitor", "decide", "hold budgets", "answer"].map(only);
  for (const step of steps) {
    expect(step).toMatchObject({ traceId: callersTrace, parentSpanId: ads.spanId });
    expect(step.startNanos).toBeGreaterThanOrEqual(ads.startNanos);
    expect(step.endNanos).toBeLessThanOrEqual(ads.endNanos);
  }
  const starts = steps.map(({ startNanos }) => startNanos);
  expect(starts).toEqual([...starts].sort((a, b) => Number(a - b)));
  expect(steps.map(({ fields }) => fields)).toEqual([
    { "atelier.scores": true, "atelier.ok": true },
    { "atelier.placements": 1, "atelier.winners": 1 },
    { "atelier.asked": 1, "atelier.held": 1 },
    {},
  ]);
});

test("a pixel's span has the event that it recorded; a route of management its pattern", () => {
  const recorded = only("record event");
  expect(recorded.fields).toEqual({ "atelier.kind": "impression", "atelier.status": "counted" });
  const pixel = collector.spans().find(({ spanId }) => spanId === recorded.parentSpanId);
  expect(pixel?.name).toMatch(/^GET \/t\/.*:/);
  expect(named("GET /v1/campaigns/:campaignId/ledger").length).toBeGreaterThan(0);
  expect(only("GET other").fields["http.response.status_code"]).toBe(404);
});

test("work beside requests has traces of its own; health is nobody's trace", () => {
  expect(named("ledger pass").every(({ parentSpanId }) => parentSpanId === "")).toBe(true);
  expect(named("ledger pass").length).toBeGreaterThan(0);
  expect(collector.spans().filter(({ name }) => name.includes("readyz"))).toEqual([]);
});

test("nothing that was sent names a visitor, an address, a browser, a token, a key or a query", () => {
  expect(collector.texts().length).toBeGreaterThan(0);
  for (const text of collector.texts())
    for (const secret of secrets) expect(text.includes(secret), secret).toBe(false);
  expect(collector.headers()).toMatchObject({ "x-key": "a b", other: "c" });
});

test("batches that are not taken are told of and counted; the page of metrics has both", async () => {
  expect(metrics).toContain("# TYPE atelier_trace_spans_total counter");
  const told: unknown[] = [];
  const troubles: unknown[] = [];
  const tracing = openTracing({ onTrouble: (error) => troubles.push(error) });
  tracing.hear((spans, outcome) => told.push([spans, outcome]));
  collector.answerWith(400);
  await tracing.job("refused", async () => undefined);
  await tracing.close();
  collector.answerWith(200);
  expect(told).toEqual([[1, "failed"]]);
  expect(troubles.length).toBeGreaterThan(0);
});

function openTracing(changes: Partial<Parameters<typeof createOpenTelemetry>[0]> = {}): Tracing {
  return createOpenTelemetry({
    endpoint: collector.url,
    headers: {},
    serviceName: "alone",
    fields: {},
    share: 1,
    mostOfCallers: Number.POSITIVE_INFINITY,
    onTrouble: () => undefined,
    ...changes,
  });
}

test("what fails is told by its kind alone; what rejects still rejects", async () => {
  const tracing = openTracing();
  const work = () => Promise.reject(new RangeError(`of ${visitorId}`));
  await expect(tracing.job("fails", work)).rejects.toThrow(RangeError);
  await tracing.close();
  expect(only("fails")).toMatchObject({ failed: true, fields: { "error.type": "RangeError" } });
  expect(collector.texts().join()).not.toContain(visitorId);
});

test("what is passed on names the span under way; where nothing is recorded it says so, and costs no spans", async () => {
  const tracing = openTracing({ share: 0 });
  expect(tracing.traceparent()).toBeNull();
  const unsampled = `00-${callersTrace}-${callersSpan}-00`;
  tracing.receive("unseen", { traceparent: unsampled }, (span) => {
    expect(tracing.traceparent()).toMatch(new RegExp(`^00-${callersTrace}-[0-9a-f]{16}-00$`));
    expect(tracing.within("also unseen", {}, () => 42)).toBe(42);
    span.end();
  });
  tracing.receive("broken", { traceparent: "00-zzz" }, (span) => {
    expect(tracing.traceparent()).toMatch(/^00-(?!4bf92f)[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    span.end();
  });
  await tracing.close();
  expect(collector.spans().filter(({ name }) => /unseen|broken/.test(name))).toEqual([]);
});
