import request from "supertest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { servingPort, startServing } from "../faults/servingProcess.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import {
  type CollectedSpan,
  startTraceCollector,
  type TraceCollector,
} from "../support/traceCollector.ts";
import { until } from "../support/until.ts";

const callersTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const callersSpan = "00f067aa0ba902b7";

let stores: ProxiedStores;
let collector: TraceCollector;
beforeAll(async () => {
  [stores, collector] = await Promise.all([openProxiedStores(), startTraceCollector()]);
}, 60_000);
afterAll(async () => {
  await stores?.close();
  await collector?.close();
});

const ofRole = (role: string, name: string): readonly CollectedSpan[] =>
  collector.spans().filter((span) => span.name === name && span.resource["atelier.role"] === role);

test("what is asked of management is one trace through both processes of a node, below its caller's; what waits is sent as it stops", async () => {
  const port = await servingPort();
  const node = await startServing(
    {
      ...stores.environment,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      // Only what callers trace, and all of it.
      OTEL_TRACES_SAMPLER_ARG: "0",
    },
    port,
  );
  const key = await stores.giveKey("admin");
  await until(async () => (await request(node.url).get("/readyz")).body.status === "ready");
  const list = () =>
    request(node.url).get("/v1/campaigns?limit=1").set("authorization", `Bearer ${key}`);
  await list().set("traceparent", `00-${callersTrace}-${callersSpan}-01`).expect(200);
  // Neither of these is traced: nobody asks for it, or its caller says not to.
  await list().expect(200);
  await list()
    .set("traceparent", `00-${"1".repeat(32)}-${callersSpan}-00`)
    .expect(200);
  expect(await node.stop()).toBe(0);

  const [front, ...more] = ofRole("ads", "GET other");
  expect(more).toEqual([]);
  expect(front).toMatchObject({ traceId: callersTrace, parentSpanId: callersSpan });
  const [behind, ...others] = ofRole("management", "GET /v1/campaigns");
  expect(others).toEqual([]);
  expect(behind).toMatchObject({
    traceId: callersTrace,
    parentSpanId: front?.spanId,
    fields: { "http.route": "/v1/campaigns", "http.response.status_code": 200 },
  });
  expect(new Set(collector.spans().map(({ traceId }) => traceId))).toEqual(new Set([callersTrace]));
}, 120_000);
