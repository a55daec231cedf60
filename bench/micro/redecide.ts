import { randomUUID } from "node:crypto";
import { createLocator } from "../../src/geo/locate.ts";
import { createDecisionSampler } from "../../src/jobs/sampleDecisions.ts";
import { redecide } from "../../src/reports/redecide.ts";
import { isSampledBy } from "../../src/serving/decisionSampling.ts";
import { allocate } from "../../src/targeting/allocate.ts";
import { decide } from "../../src/targeting/decide.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import type { AdRequest } from "../../src/targeting/types.ts";
import { buildRequest, freeDelivery, unknownVisitor } from "../../test/support/requestBuilder.ts";
import { campaignsOf, communeByPopulation, everywhere, places } from "../support/campaigns.ts";

/** What sampled decisions cost: the question on the serving path, and the work beside it. `node bench/micro/redecide.ts [campaigns]` */

const campaignCount = Number(process.argv[2] ?? 100_000);
const sampleCount = 300;
const sink = { counted: 0 };

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

function measureHook(): void {
  const sampler = createDecisionSampler({
    counts: { count: () => undefined },
    every: 100_000,
    monotonicMs: () => performance.now(),
    onError: () => undefined,
  });
  const requests = Array.from({ length: 4_096 }, () => buildRequest({ decisionId: randomUUID() }));
  const options = { test: false };
  const rounds = 2_000_000;
  const timeOf = (work: (request: AdRequest) => boolean): number => {
    for (let warm = 0; warm < 200_000; warm++) if (work(requests[warm & 4_095]!)) sink.counted++;
    const startedMs = performance.now();
    for (let round = 0; round < rounds; round++) if (work(requests[round & 4_095]!)) sink.counted++;
    return ((performance.now() - startedMs) / rounds) * 1e6;
  };
  const asked = timeOf((request) => isSampledBy(sampler, request, options));
  const absent = timeOf((request) => isSampledBy(undefined, request, options));
  console.log(
    `hook: ${asked.toFixed(0)} ns a request with sampling, ${absent.toFixed(0)} ns without`,
  );
  sampler.stop();
}

function measureRedecisions(): void {
  const snapshot = buildSnapshot(campaignsOf(campaignCount, everywhere), {
    revision: "1",
    builtAtMs: 0,
  });
  const locator = createLocator(places);
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const samples = Array.from({ length: sampleCount }, () => {
    const { inseeCode } = communeByPopulation(random);
    const place = locator.locateSearch({ inseeCode });
    const request = buildRequest({
      decisionId: randomUUID(),
      places: place === null ? [] : [place],
    });
    const shown = allocate(decide(request, snapshot, unknownVisitor, freeDelivery));
    return { request, snapshot, shown };
  });
  const [totals, steps]: [number[], number[]] = [[], []];
  let first = 0;
  let before = process.cpuUsage();
  for (const [index, sample] of samples.entries()) {
    const given = {
      ...sample,
      visitor: unknownVisitor,
      delivery: freeDelivery,
      refusals: new Map(),
    };
    const work = redecide(given, () => {
      sink.counted++;
    });
    let total = 0;
    for (let done = false; !done; ) {
      const startedMs = performance.now();
      done = work.next().done === true;
      const tookMs = performance.now() - startedMs;
      total += tookMs;
      if (index > 20) steps.push(tookMs);
    }
    if (index === 0) first = total;
    if (index === 20) before = process.cpuUsage();
    if (index > 20) totals.push(total);
  }
  totals.sort((a, b) => a - b);
  steps.sort((a, b) => a - b);
  // Of the processor, so that neighbours do not count.
  const cpu = process.cpuUsage(before);
  const mean = (cpu.user + cpu.system) / 1_000 / totals.length;
  console.log(
    `${campaignCount} campaigns: ${mean.toFixed(2)} ms of processor a re-decision, p99 ${percentile(totals, 0.99).toFixed(2)}; ` +
      `a step p99 ${percentile(steps, 0.99).toFixed(3)}, longest ${percentile(steps, 1).toFixed(2)}; the first ${first.toFixed(0)} ms; ` +
      `${(sink.counted / sampleCount).toFixed(0)} counts a sample`,
  );
}

measureHook();
measureRedecisions();
