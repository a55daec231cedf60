/**
 * How long a bid request takes to read, after JSON.parse, which is measured beside it.
 * Run: node bench/micro/parseBidRequest.ts
 */
import { readFileSync } from "node:fs";
import { parseBidRequest } from "../../src/openrtb/parseBidRequest.ts";
import { placeSignalsOf } from "../../src/openrtb/placeSignals.ts";
import { goldenBodies } from "../../test/support/openrtb/goldenRequests.ts";

const typical = JSON.stringify(
  JSON.parse(
    readFileSync(
      new URL("../../test/golden/openrtb/requests/prebid-js-11.json", import.meta.url),
      "utf8",
    ),
  ).request,
);
const blocking = JSON.stringify({
  ...JSON.parse(typical),
  badv: Array.from({ length: 500 }, (_, i) => `advertiser-${i}.example`),
  bcat: Array.from({ length: 60 }, (_, i) => `IAB${1 + (i % 26)}-${i}`),
});

measure("JSON.parse alone", [typical], (body) => JSON.parse(body));
measure("typical (banner and native)", [typical], read);
measure("with 500 blocked domains", [blocking], read);
measure("all golden requests", goldenBodies, read);

function read(body: string): void {
  const parsed = parseBidRequest(JSON.parse(body));
  if (parsed.ok) placeSignalsOf(parsed.request);
}

function measure(name: string, bodies: readonly string[], work: (body: string) => void): void {
  const runs = 50_000;
  const rounds: number[] = [];
  for (let round = 0; round < 6; round++) {
    const startedAtMs = performance.now();
    for (let i = 0; i < runs / 5; i++) work(bodies[i % bodies.length] as string);
    rounds.push(((performance.now() - startedAtMs) * 5_000) / runs);
  }
  // The first round warms up.
  const best = Math.min(...rounds.slice(1));
  const bytes = Math.round(bodies.reduce((sum, it) => sum + it.length, 0) / bodies.length);
  console.log(`${name.padEnd(32)} ${best.toFixed(1).padStart(7)} µs  (${bytes} bytes)`);
}
