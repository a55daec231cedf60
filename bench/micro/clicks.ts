/**
 * Measures what click effects cost a decision: `node bench/micro/clicks.ts [campaigns]`. The same requests are decided on the
 * same campaigns without effects, with effects on campaigns that were compiled without knowing of them, and with ceilings in
 * the index as the job writes them; in turns, by processor time, the least disturbed round of each. And what a mixed session costs.
 */
import { mixScores } from "../../src/audience/mixScores.ts";
import { createSegmentPriors } from "../../src/audience/segmentPriors.ts";
import { readSessionProfile } from "../../src/audience/sessionProfile.ts";
import { tuneEngine } from "../../src/compose/tuneEngine.ts";
import { franceKey } from "../../src/geo/areaKeys.ts";
import {
  type ClickEffects,
  categoryNumber,
  clickCeiling,
} from "../../src/targeting/clickEffects.ts";
import { decide } from "../../src/targeting/decide.ts";
import type { DeliveryState } from "../../src/targeting/deliveryState.ts";
import { buildSnapshot, type Snapshot } from "../../src/targeting/snapshot.ts";
import { campaignsOf, categories, everywhere } from "../support/campaigns.ts";
import { noDelivery, searchesOf, visitor } from "./frenchWorld.ts";

const rounds = 14;
const warmUpRounds = 3;

const effects: ClickEffects = {
  placements: new Map([["p0", 1.1]]),
  categories: new Map(
    categories.map((path, index) => [categoryNumber(path), 0.85 + 0.3 * ((index % 7) / 6)]),
  ),
  hours: Array.from({ length: 24 }, (_, hour) => 1 + 0.1 * Math.sin(hour / 4)),
  distances: [1, 1.1, 1.05, 1, 0.95, 0.9, 0.85],
};

tuneEngine();
const count = Number(process.argv[2] ?? 100_000);
const campaigns = campaignsOf(count, everywhere);
const meta = { revision: "1", builtAtMs: 0 };
const ceiling = clickCeiling(effects);
const plain = buildSnapshot(campaigns, meta);
const requests = searchesOf(6_000, null);
const predicting: DeliveryState = { ...noDelivery, clickEffects: effects };

const boundedBy = (clickCeiling: number): Snapshot =>
  buildSnapshot(
    campaigns.map((it) => (it.pricing === "cpc" ? { ...it, clickCeiling } : it)),
    meta,
  );
const cases: readonly (readonly [string, Snapshot, DeliveryState])[] = [
  ["without effects", plain, noDelivery],
  ["with effects, ceilings not yet in the index", plain, predicting],
  [`with effects, ceilings of ${ceiling}`, boundedBy(ceiling), predicting],
  ["with effects, ceilings of 2 (not used)", boundedBy(2), predicting],
];
const least = cases.map(() => Infinity);
const scanned = cases.map(() => 0);
for (let round = 0; round < rounds; round++)
  for (const [index, [, snapshot, delivery]] of cases.entries()) {
    const before = process.cpuUsage();
    for (const request of requests)
      scanned[index]! += decide(request, snapshot, visitor, delivery).scanned;
    const { user, system } = process.cpuUsage(before);
    if (round >= warmUpRounds)
      least[index] = Math.min(least[index]!, (user + system) / requests.length);
  }
for (const [index, [name]] of cases.entries())
  console.log(
    `${name.padEnd(46)} ${least[index]!.toFixed(2)} µs, ratio ${(least[index]! / least[0]!).toFixed(3)}, scanned ${(scanned[index]! / rounds / requests.length).toFixed(0)}`,
  );

const nowMs = Date.UTC(2026, 2, 12, 9);
const stored = Buffer.from(
  [
    `1 ${nowMs} 0a0b0c0d`,
    ...categories.slice(0, 6).map((path, at) => `${at + 1}.5000 ${path}`),
  ].join("\n"),
);
const priors = createSegmentPriors(
  Array.from({ length: 20 }, (_, at) => ({ segmentId: at + 1, categories: [categories[at]!] })),
  categories.map((category) => ({ area: franceKey, category, share: 1 / categories.length })),
);
const sessions = 200_000;
for (let round = 0; round < 3; round++) {
  const before = process.cpuUsage();
  let sum = 0;
  for (let at = 0; at < sessions; at++) {
    const session = readSessionProfile(stored, nowMs + at);
    const scores = mixScores({ batch: visitor.scores, batchAgeMs: 0, session, priors, area: 0 });
    for (let segmentId = 1; segmentId <= 5; segmentId++) sum += scores?.get(segmentId) ?? 0;
  }
  const { user, system } = process.cpuUsage(before);
  if (round === 2)
    console.log(
      `a session of 6 categories, read and mixed into 5 scores: ${((user + system) / sessions).toFixed(2)} µs (${sum > 0})`,
    );
}
