import { createHash } from "node:crypto";
import { trafficCellOf } from "../../src/budgets/pacing/pacedCampaign.ts";
import type { CountedTraffic } from "../../src/budgets/pacing/trafficHistory.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { Places } from "../../src/geo/places.ts";
import { buildMeasuredSample } from "../../src/jobs/buildForecastSample.ts";
import { chooseRequest, createForecastRecorder } from "../../src/jobs/forecastRecorder.ts";
import { createStoredPlaces } from "../../src/jobs/storedPlaces.ts";
import type { CountedWeek } from "../../src/reports/forecast/countedWeeks.ts";
import type { ForecastSample } from "../../src/reports/forecast/forecastSample.ts";
import {
  addCode,
  createSketch,
  encodeSketch,
  fewestPeople,
  forgetFew,
} from "../../src/reports/hyperLogLog.ts";
import type { Winner } from "../../src/serving/answer.ts";
import type { CountedPeople, ForecastPeople } from "../../src/stores/postgres/forecastPeople.ts";
import type { ForecastBatch } from "../../src/stores/postgres/forecastSamples.ts";
import { decide } from "../../src/targeting/decide.ts";
import { hashText, stableChance } from "../../src/targeting/hash.ts";
import { buildSnapshot } from "../../src/targeting/snapshot.ts";
import { renderedShare } from "../simulate/campaigns.ts";
import { segmentId } from "./interests.ts";
import type { Market } from "./marketOf.ts";
import type { WorldPage } from "./pages.ts";

const hourMs = 3_600_000;
const noImpressions = new Map<string, readonly number[]>();

/** What was seen before the forecast, as a server would have gathered it, kept in memory instead of Postgres. */
export interface Gathering {
  readonly see: (page: WorldPage) => void;
  readonly build: (nowMs: number) => Promise<ForecastSample>;
  readonly rows: () => number;
  /** The number that a commune's place has in the sample. */
  readonly placeOf: (inseeCode: string) => number | undefined;
}

/** `levelOf`: how far a bucket is thinned. The recorder, the builder and the decisions are the production's own. */
export function createGathering(
  market: Market,
  places: Places,
  levels: ReadonlyMap<number, number>,
): Gathering {
  const kept = {
    places: new Map(),
    visitors: new Map(),
    opportunities: [] as ForecastBatch["opportunities"][number][],
  };
  const recorder = createForecastRecorder(
    {
      async add(batch) {
        for (const place of batch.places) kept.places.set(place.id, place);
        for (const visitor of batch.visitors) kept.visitors.set(visitor.visitorKey, visitor);
        for (const row of batch.opportunities) kept.opportunities.push(row);
      },
    },
    { mostWaiting: Number.POSITIVE_INFINITY },
  );
  recorder.learn({ levels, segmentIds: [segmentId] });
  const people = createPeopleStore();
  const keyOf = createVisitorKeys();
  const snapshot = buildSnapshot(market.campaigns, { revision: "backtest", builtAtMs: 0 });
  const delivery = { exhaustedUntilMs: new Map(), throttles: market.throttles };
  const traffic = new Map<string, CountedTraffic & { requests: number }>();
  const shown = { impressions: 0, clicks: 0, viewables: 0, chosen: 0 };
  return {
    see(page) {
      const request = page.request();
      countPage(traffic, request.places[0]?.cell ?? null, page.atMs);
      const visitorKey = page.visitorId === null ? null : keyOf(page.visitorId);
      const scores = page.visitorId === null ? null : new Map([[segmentId, page.score]]);
      const visitor = { scores, impressions: noImpressions };
      const { isSampled, level } = chooseRequest(request, visitorKey, levels);
      if (!isSampled) {
        if (level > 0) recorder.hear(request, { visitorKey, visitor }, []);
        return;
      }
      const decision = decide(request, snapshot, visitor, delivery);
      const winners = decision.placements.flatMap(({ placementId, winners: won }) =>
        won.map(
          (candidate, slot): Winner => ({
            placementId,
            slot,
            candidate,
            holdId: null,
            budgetDay: "",
          }),
        ),
      );
      recorder.hear(request, { visitorKey, visitor }, winners);
      for (const { candidate } of winners)
        countShown(shown, market, request.decisionId, candidate.campaign.campaignId);
    },
    rows: () => kept.opportunities.length,
    placeOf: createPlaceNumbers(places, kept.places),
    async build(nowMs) {
      await recorder.flushOnce();
      await recorder.flushPeople(people);
      const sample = await buildMeasuredSample(
        {
          reader: readerOf(kept, shown),
          traffic: { readSince: async () => [...traffic.values()] },
          people,
          places,
          competition: { campaigns: 0, byBucket: new Map() },
          salt: 20_260_601,
        },
        nowMs,
      );
      if (sample === null) throw new Error("too little was seen");
      return sample;
    },
  };
}

/** Keys as production makes them: uniform. */
function createVisitorKeys(): (visitorId: string) => string {
  const known = new Map<string, string>();
  return (visitorId) => {
    let key = known.get(visitorId);
    if (key === undefined) {
      key = createHash("sha256").update(visitorId).digest("base64url").slice(0, 22);
      known.set(visitorId, key);
    }
    return key;
  };
}

/** A place's weeks as they are kept: where few came until then, only how many they were. */
function keptOfPlace(weeks: readonly CountedPeople[]): readonly CountedWeek[] {
  const known = new Set<number>();
  return weeks.map(({ codes, ...counted }) => {
    const sketch = createSketch();
    for (const code of codes) {
      addCode(sketch, code);
      known.add(code);
    }
    const bytes = encodeSketch(sketch);
    if (known.size >= fewestPeople) return { ...counted, sketch: bytes };
    known.clear();
    return { ...counted, sketch: forgetFew(bytes) };
  });
}

/** Places are numbered in the order in which they are read. */
function createPlaceNumbers(
  table: Places,
  kept: ReadonlyMap<number, unknown>,
): (inseeCode: string) => number | undefined {
  const locator = createLocator(table);
  const storedOf = createStoredPlaces();
  const numbers = new Map<number, number>();
  return (inseeCode) => {
    if (numbers.size < kept.size)
      for (const id of kept.keys()) numbers.set(id, numbers.get(id) ?? numbers.size);
    const place = locator.locateSearch({ inseeCode });
    return place === null ? undefined : numbers.get(storedOf(place).id);
  };
}

function createPeopleStore(): Pick<ForecastPeople, "add" | "forEachBucket"> {
  const kept: CountedPeople[] = [];
  return {
    async add(people) {
      kept.push(...people);
    },
    // Told once: a place and week is not split over several.
    async forEachBucket(_sinceWeek, visit) {
      for (const [bucket, ofBucket] of Map.groupBy(kept, (it) => it.bucket))
        visit(
          bucket,
          [...Map.groupBy(ofBucket, ({ place }) => place).values()].flatMap(keptOfPlace),
        );
    },
  };
}

function countPage(
  traffic: Map<string, CountedTraffic & { requests: number }>,
  place: string | null,
  atMs: number,
): void {
  const cell = (place === null ? null : trafficCellOf(place)) ?? 0;
  const hour = Math.floor(atMs / hourMs);
  const key = `${cell} ${hour}`;
  const known = traffic.get(key);
  if (known === undefined) traffic.set(key, { cell, hour, requests: 1 });
  else known.requests++;
}

type Shown = { impressions: number; clicks: number; viewables: number; chosen: number };

function countShown(shown: Shown, market: Market, decisionId: string, campaignId: number): void {
  const seed = hashText(`${decisionId} ${campaignId}`);
  shown.chosen++;
  if (stableChance(seed, 1) >= renderedShare) return;
  shown.impressions++;
  if (stableChance(seed, 2) < 0.7) shown.viewables++;
  if (stableChance(seed, 3) < (market.clickProbability.get(campaignId) ?? 0)) shown.clicks++;
}

function readerOf(
  kept: {
    readonly places: Map<number, ForecastBatch["places"][number]>;
    readonly visitors: Map<string, ForecastBatch["visitors"][number]>;
    readonly opportunities: ForecastBatch["opportunities"][number][];
  },
  shown: Shown,
): Parameters<typeof buildMeasuredSample>[0]["reader"] {
  const since = (sinceMs: number) => kept.opportunities.filter(({ atMs }) => atMs >= sinceMs);
  return {
    readPlaces: async () => [...kept.places.values()],
    readVisitors: async () => [...kept.visitors.values()],
    async forEachOpportunity(sinceMs, visit) {
      for (const row of since(sinceMs)) visit(row);
    },
    readFirstMs: async (sinceMs) =>
      since(sinceMs).reduce<number | null>(
        (first, { atMs }) => (first === null || atMs < first ? atMs : first),
        null,
      ),
    readDelivery: async () => ({ ...shown, shownOfChosen: shown.impressions }),
  };
}
