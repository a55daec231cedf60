/**
 * Measures the decision alone, in one process: `node bench/micro/decide.ts [--million] [--places N]`.
 * Campaigns stand over France where people live, with radii from 2 to 50 km (log-uniform); visitors search in cities.
 */
import { compileZone } from "../../src/geo/compileZone.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { CompiledZone, VisitorPlace, ZoneArea } from "../../src/geo/types.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { allocate } from "../../src/targeting/allocate.ts";
import { decide } from "../../src/targeting/decide.ts";
import { applyChanges, buildSnapshot, type Snapshot } from "../../src/targeting/snapshot.ts";
import type { AdRequest, DeliveryState, ServableCampaign } from "../../src/targeting/types.ts";
import { snapshotBytes } from "./snapshotBytes.ts";

const places = readPlaces();
const locator = createLocator(places);
const communes = [...places.communes.values()].filter((it) => it.population > 0);
const cumulated: number[] = [];
for (const { population } of communes) cumulated.push((cumulated.at(-1) ?? 0) + population);

/** Mulberry32: the same campaigns and visitors at every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

function communeByPopulation(random: () => number) {
  const target = random() * cumulated.at(-1)!;
  let low = 0;
  let high = communes.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulated[middle]! < target) low = middle + 1;
    else high = middle;
  }
  return communes[low]!;
}

const categories = Array.from({ length: 40 }, (_, index) => `rubrique-${index % 8}/sous-${index}`);

interface Skew {
  readonly name: string;
  readonly areaOf: (random: () => number) => ZoneArea;
  readonly categoriesOf: (random: () => number) => readonly string[];
}

function anywhere(random: () => number): ZoneArea {
  const { lat, lon } = communeByPopulation(random);
  const spread = () => (random() - 0.5) * 0.05;
  const radiusMeters = 2_000 * 25 ** random();
  return { type: "circle", lat: lat + spread(), lon: lon + spread(), radiusMeters };
}

function inParis(random: () => number): ZoneArea {
  const spread = () => (random() - 0.5) * 0.15;
  const radiusMeters = 2_000 * 25 ** random();
  return { type: "circle", lat: 48.8566 + spread(), lon: 2.3522 + spread(), radiusMeters };
}

const someCategory = (random: () => number) =>
  random() < 0.5 ? [categories[Math.floor(random() * categories.length)]!] : [];
const oneForHalf = (random: () => number) => (random() < 0.5 ? [categories[0]!] : []);

const everywhere: Skew = { name: "over France", areaOf: anywhere, categoriesOf: someCategory };
const skews: readonly Skew[] = [
  { name: "all in Paris", areaOf: inParis, categoriesOf: someCategory },
  { name: "one category has half", areaOf: anywhere, categoriesOf: oneForHalf },
  {
    name: "a tenth are national",
    areaOf: (random) => (random() < 0.1 ? { type: "france" } : anywhere(random)),
    categoriesOf: someCategory,
  },
];

/** Compiling a zone is the work of the campaign's writer: one in 20,000 distinct zones stands for many campaigns. */
function zonesOf(count: number, skew: Skew, random: () => number): readonly CompiledZone[] {
  return Array.from({ length: Math.min(count, 20_000) }, () =>
    compileZone({ include: [skew.areaOf(random)], exclude: [] }, places),
  );
}

function campaignsOf(count: number, skew: Skew): readonly ServableCampaign[] {
  const random = createRandom(7);
  const zones = zonesOf(count, skew, random);
  return Array.from({ length: count }, (_, index) => {
    const campaignId = index + 1;
    const costPerClick = random() < 0.5;
    return {
      campaignId,
      name: `Campagne de printemps ${campaignId}`,
      advertiserId: 1 + Math.floor(random() * (1 + count / 2)),
      advertiserName: `Établissements Martin ${campaignId}`,
      payerName: `Établissements Martin ${campaignId}`,
      trade: `metier-${Math.floor(random() * 60)}`,
      status: "active",
      startsAtMs: 0,
      endsAtMs: null,
      hoursOfWeek: random() < 0.1 ? Array.from({ length: 60 }, (__, hour) => hour * 2) : null,
      pricing: costPerClick ? "cpc" : "cpm",
      bidMicros: Math.round(costPerClick ? 150_000 + random() * 850_000 : 1e6 + random() * 8e6),
      priority: "paid",
      pacing: "even",
      totalBudgetMicros: 100_000_000,
      dailyBudgetMicros: 5_000_000,
      balanceMicros: null,
      placeIntention: "any",
      zone: zones[index % zones.length]!,
      wantedCategories: skew.categoriesOf(random),
      avoidedCategories: [],
      wantedKeywords: [],
      avoidedKeywords: [],
      audience:
        random() < 0.3
          ? [
              {
                segmentId: 1 + Math.floor(random() * 20),
                segmentName: "bricoleurs",
                minScore: null,
                multiplier: 1 + random(),
              },
            ]
          : [],
      devices: [],
      frequencyCaps:
        random() < 0.3 ? [{ per: "campaign", maxImpressions: 3, windowSeconds: 86_400 }] : [],
      clickRate: 0.003 + random() * 0.004,
      clickRateUpper: 0.009,
      creatives: [
        {
          creativeId: campaignId,
          format: "native",
          width: 0,
          height: 0,
          landingUrl: `https://www.martin-${campaignId}.example/offre`,
          content: {
            title: "Toitures et façades Martin",
            text: "Devis gratuit sous 24 heures, artisan du pays depuis 1987.",
            callToAction: "Demander un devis",
            imageUrl: `https://images.example/${campaignId}.jpg`,
          },
        },
      ],
    } satisfies ServableCampaign;
  });
}

const noDelivery: DeliveryState = { exhaustedUntilMs: new Map(), throttles: new Map() };
const visitor = {
  scores: new Map(Array.from({ length: 20 }, (_, index) => [index + 1, ((index * 7) % 10) / 10])),
  impressions: new Map<string, readonly number[]>(),
};

function requestsOf(count: number, placementCount: number): readonly AdRequest[] {
  const random = createRandom(11);
  const cities = communes.filter((it) => it.population > 20_000);
  return Array.from({ length: count }, (_, index) => {
    const city = cities[Math.floor(random() * cities.length)]!;
    const asDevice = random() < 0.5;
    const place = asDevice
      ? locator.locateDevice({ lat: city.lat + (random() - 0.5) * 0.03, lon: city.lon }, true)
      : locator.locateSearch({ inseeCode: city.inseeCode });
    return {
      decisionId: `decision-${index}`,
      nowMs: Date.UTC(2026, 2, 12, 9),
      placements: Array.from({ length: placementCount }, (__, slot) => ({
        id: `p${slot}`,
        formats: ["native"],
        sizes: [],
        count: 1,
        floorMicros: 0,
        blockedAdvertiserIds: [],
        blockedTrades: [],
      })),
      places: [place].filter((it): it is VisitorPlace => it !== null),
      page: { category: categories[Math.floor(random() * categories.length)]!, keywords: [] },
      deviceType: "mobile",
      consent: {
        mayStore: true,
        mayPersonalise: true,
        mayUsePrecisePlace: true,
        mayMeasure: true,
        basis: "no_gdpr",
      },
      hasStableVisitor: true,
    } satisfies AdRequest;
  });
}

function measure(name: string, snapshot: Snapshot, requests: readonly AdRequest[]): void {
  const rounds = 4;
  let before = process.cpuUsage();
  const times: number[] = [];
  let scanned = 0;
  let filled = 0;
  let capped = 0;
  for (let round = 0; round < rounds; round++) {
    if (round === 1) before = process.cpuUsage();
    for (const request of requests) {
      const start = performance.now();
      const decision = decide(request, snapshot, visitor, noDelivery);
      const winners = allocate(decision);
      const elapsed = performance.now() - start;
      if (round === 0) continue; // warms up the compiler
      times.push(elapsed * 1000);
      scanned += decision.scanned;
      if (winners.length > 0) filled++;
      if (decision.scanCapped) capped++;
    }
  }
  times.sort((a, b) => a - b);
  const cpu = process.cpuUsage(before);
  const mean = (cpu.user + cpu.system) / times.length; // of the processor, so that neighbours do not count
  const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1);
  console.log(
    `${name.padEnd(44)} mean ${mean.toFixed(1).padStart(7)} µs  p50 ${at(0.5)}  p99 ${at(0.99)}` +
      `  scanned ${(scanned / times.length).toFixed(0)}  filled ${((100 * filled) / times.length).toFixed(0)} %` +
      `  capped ${((100 * capped) / times.length).toFixed(2)} %`,
  );
}

function run(count: number, skew: Skew, sets: readonly (readonly AdRequest[])[]): void {
  const campaigns = campaignsOf(count, skew);
  const start = performance.now();
  const snapshot = buildSnapshot(campaigns, { revision: "1", builtAtMs: 0 });
  const builtMs = performance.now() - start;
  const bytes = snapshotBytes(snapshot);
  console.log(
    `\n${count} campaigns ${skew.name}: built in ${builtMs.toFixed(0)} ms, ` +
      Object.entries(bytes)
        .map(([part, size]) => `${part} ${(size / 1e6).toFixed(1)} MB`)
        .join(", "),
  );
  for (const requests of sets) {
    measure(
      `${count} ${skew.name}, ${requests[0]!.placements.length} placement(s)`,
      snapshot,
      requests,
    );
  }
  const changed = campaigns.slice(0, 100).map((it) => ({ ...it, bidMicros: it.bidMicros + 1_000 }));
  const changing = performance.now();
  const next = applyChanges(snapshot, changed, [], { revision: "2", builtAtMs: 0 });
  console.log(`applyChanges of 100 campaigns: ${(performance.now() - changing).toFixed(1)} ms`);
  measure(`${count} ${skew.name}, overlay of 100`, next, sets[0]!);
}

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
