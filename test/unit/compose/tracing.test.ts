import { readdirSync, readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLog } from "../../../src/compose/log.ts";
import { traceRequests } from "../../../src/compose/traceRequests.ts";
import {
  headersOf,
  openTracing,
  traceAnswer,
  traceBid,
  traceJob,
  traceLedger,
  traceRecord,
  traceServing,
  withTrace,
} from "../../../src/compose/tracing.ts";

/** Some function, of whatever type is asked for. */
const some = <T>(): T => (() => undefined) as T;

test("without a collector there is no tracing, and everybody gets the very function that was given", async () => {
  const config = { tracesEndpoint: null, tracesHeaders: null, tracesShare: 1, tracesService: "x" };
  const tracing = await openTracing(config, "all", createLog("silent"));
  expect(tracing).toBeNull();
  const [app, serveAds, answerBid] = [some<RequestListener>(), some<never>(), some<never>()];
  expect(traceRequests(app, null)).toBe(app);
  expect(traceAnswer(null, serveAds)).toBe(serveAds);
  expect(traceBid(null, answerBid)).toBe(answerBid);
  const [shared, ledger, record, work] = [
    some<never>(),
    some<never>(),
    some<never>(),
    some<never>(),
  ];
  expect(traceServing(null, shared)).toBe(shared);
  expect(traceLedger(null, ledger)).toBe(ledger);
  expect(traceRecord(null, record)).toBe(record);
  expect(traceJob(null, "a job", work)).toBe(work);
  const headers = { accept: "text/plain" };
  expect(withTrace(null, headers)).toBe(headers);
});

test("the SDK is loaded by one dynamic import, and by nothing else", () => {
  const src = join(import.meta.dirname, "../../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const matching = (pattern: RegExp) =>
    files.filter((name) => pattern.test(readFileSync(join(src, name), "utf8")));
  const sdk = ["stores/telemetry/openTelemetry.ts"];
  expect(matching(/from "@opentelemetry\//)).toEqual(sdk);
  expect(matching(/from "[^"]*telemetry\/openTelemetry\.ts"/)).toEqual([]);
  expect(matching(/await import\("[^"]*telemetry\/openTelemetry\.ts"\)/)).toEqual([
    "compose/tracing.ts",
  ]);
});

test("headers of the collector are pairs, with values that may be percent-encoded", () => {
  expect(headersOf("x-key=a%20b, other=c=d,=none,broken,odd=%zz")).toEqual({
    "x-key": "a b",
    other: "c=d",
    odd: "%zz",
  });
  expect(headersOf(null)).toEqual({});
});
