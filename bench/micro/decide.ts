/**
 * Measures the decision alone, in one process: `node bench/micro/decide.ts [--million] [--only=N]`.
 * Campaigns stand over France where people live, with radii from 2 to 50 km (log-uniform); visitors search in cities.
 * The mean is processor time of the whole process (collector and compiler included) in the least disturbed round,
 * percentiles are wall time of all rounds.
 */
import { tuneEngine } from "../../src/compose/tuneEngine.ts";
import { allocate } from "../../src/targeting/allocate.ts";
import { decide } from "../../src/targeting/decide.ts";
import { explain } from "../../src/targeting/explain.ts";
import { applyChanges, buildSnapshot, type Snapshot } from "../../src/targeting/snapshot.ts";
import type { AdRequest, ServableCampaign } from "../../src/targeting/types.ts";
import { campaignsOf, everywhere, type Skew, skews } from "../support/campaigns.ts";
import { noDelivery, requestsOf, searchesOf, visitor } from "./frenchWorld.ts";
import { creativeTextBytes, snapshotBytes } from "./snapshotBytes.ts";

const warmUpRounds = 2;
const rounds = warmUpRounds + 6;

function measure(name: string, snapshot: Snapshot, requests: readonly AdRequest[]): void {
  const times: number[] = [];
  let leastMicros = Infinity;
  let scanned = 0;
  let filled = 0;
  let capped = 0;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (const request of requests) {
      const start = performance.now();
      const decision = decide(request, snapshot, visitor, noDelivery);
      const winners = allocate(decision);
      const elapsed = performance.now() - start;
      if (round < warmUpRounds) continue; // the compiler is still at work
      times.push(elapsed * 1000);
      scanned += decision.scanned;
      if (winners.length > 0) filled++;
      if (decision.scanCapped) capped++;
    }
    if (round < warmUpRounds) continue;
    const { user, system } = process.cpuUsage(before); // of the processor, so that neighbours count less
    leastMicros = Math.min(leastMicros, (user + system) / requests.length);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1);
  console.log(
    `${name.padEnd(44)} least mean ${leastMicros.toFixed(1).padStart(6)} µs  p50 ${at(0.5)}  p99 ${at(0.99)}` +
      `  scanned ${(scanned / times.length).toFixed(0)}  filled ${((100 * filled) / times.length).toFixed(0)} %` +
      `  capped ${((100 * capped) / times.length).toFixed(2)} %`,
  );
}

const searches = [
  { name: "searches where people live", requests: searchesOf(20_000, null) },
  { name: "searches in Limoges", requests: searchesOf(4_000, "87085") },
  { name: "searches in Paris", requests: searchesOf(4_000, "75056") },
];

function run(count: number, skew: Skew, sets: readonly (readonly AdRequest[])[]): void {
  const campaigns = campaignsOf(count, skew);
  const before = process.cpuUsage();
  const start = performance.now();
  const snapshot = buildSnapshot(campaigns, { revision: "1", builtAtMs: 0 });
  const builtMs = performance.now() - start;
  const cpu = process.cpuUsage(before);
  const bytes = { ...snapshotBytes(snapshot), "creatives' own text": creativeTextBytes(campaigns) };
  console.log(
    `\n${count} campaigns ${skew.name}: built in ${builtMs.toFixed(0)} ms` +
      ` (${((cpu.user + cpu.system) / 1000).toFixed(0)} ms of processor), ` +
      Object.entries(bytes)
        .map(([part, size]) => `${part} ${(size / 1e6).toFixed(1)} MB`)
        .join(", "),
  );
  for (const requests of sets) {
    measure(
      `${count} ${skew.name}, ${requests[0]!.placements.length} placement(s)${requests[0]!.places.length === 0 ? ", nowhere" : ""}`,
      snapshot,
      requests,
    );
  }
  for (const { name, requests } of searches) {
    measure(`${count} ${skew.name}, ${name}`, snapshot, requests);
  }
  const overlaid = applyChanges(snapshot, campaigns.slice(0, 500), [], meta);
  measureChanges(overlaid, campaigns);
  measureExplanations(overlaid, sets[0]!);
  measure(`${count} ${skew.name}, overlay of 500`, overlaid, sets[0]!);
}

/** One more change where 500 have piled up over the base: what a node pays for each. */
function measureChanges(snapshot: Snapshot, campaigns: readonly ServableCampaign[]): void {
  const changed = campaigns.slice(-100);
  const msEach = cpuMsOf(changed, (campaign) => applyChanges(snapshot, [campaign], [], meta));
  console.log(`applyChanges of 1 campaign over 500: median ${msEach.toFixed(1)} ms of processor`);
}

/** The fifty nearest campaigns, explained. */
function measureExplanations(snapshot: Snapshot, requests: readonly AdRequest[]): void {
  const msEach = cpuMsOf(requests.slice(0, 100), (it) =>
    explain(it, snapshot, visitor, noDelivery),
  );
  console.log(`explain without ids: median ${msEach.toFixed(1)} ms of processor`);
}

function cpuMsOf<T>(inputs: readonly T[], work: (input: T) => unknown): number {
  const times = inputs.map((input) => {
    const before = process.cpuUsage();
    work(input);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

const meta = { revision: "2", builtAtMs: 0 };

tuneEngine();

const sets = [requestsOf(4_000, 1), requestsOf(2_000, 5)];
const nowhere = sets[0]!.map((request) => ({
  ...request,
  places: [],
  page: { category: null, keywords: [] },
}));
const counts = process.argv.includes("--million") ? [1_000_000] : [1_000, 10_000, 100_000];
const only = process.argv.find((it) => it.startsWith("--only="))?.slice(7);
if (only !== undefined) counts.splice(0, counts.length, Number(only));
for (const count of counts) run(count, everywhere, [...sets, nowhere]);
if (only === undefined && !process.argv.includes("--million"))
  for (const skew of skews) run(100_000, skew, sets);
