import { bucketKey, bucketLevels } from "../geo/cells.ts";
import type { Commune } from "../geo/commune.ts";
import { toUnitVector } from "../geo/sphere.ts";
import type { SampledPlace } from "../reports/forecast/rawColumns.ts";
import { valuesToBeat } from "../reports/forecast/toBeat.ts";
import { decide } from "../targeting/decide.ts";
import { buildSnapshot, type Snapshot } from "../targeting/snapshot.ts";
import type { AdRequest, Placement, ServableCampaign } from "../targeting/types.ts";

/** A page as there are many: what it takes to show on it is what today's campaigns would pay there. */
const placements: readonly Placement[] = (["native", "image"] as const).map((format) => ({
  id: format,
  formats: [format],
  sizes: [],
  count: 3,
  floorMicros: 0,
  blockedAdvertiserIds: [],
  blockedTrades: [],
}));

/** What it takes to show in a commune today, by what its campaigns would pay there without any budget's end. */
export function createToBeatToday(campaigns: readonly ServableCampaign[], nowMs: number) {
  const snapshot = buildSnapshot(campaigns, { revision: "forecast", builtAtMs: nowMs });
  return (commune: Commune, place: SampledPlace): readonly number[] => {
    const request = requestAbout(commune, place, nowMs);
    return valuesToBeat(placements, shownOn(request, snapshot));
  };
}

function shownOn(request: AdRequest, snapshot: Snapshot) {
  const nobody = { scores: null, impressions: new Map() };
  const delivery = { exhaustedUntilMs: new Map(), throttles: new Map() };
  const decision = decide(request, snapshot, nobody, delivery);
  return decision.placements.flatMap(({ placementId, winners }) =>
    winners.map((candidate) => ({ placementId, candidate })),
  );
}

function requestAbout(
  { inseeCode, name }: Commune,
  { cell, centre, samples }: SampledPlace,
  nowMs: number,
): AdRequest {
  return {
    decisionId: `forecast ${inseeCode}`,
    nowMs,
    placements,
    places: [
      {
        source: "search",
        cell,
        accuracyMeters: 1_500,
        centre,
        samples: samples.map((sample) => ({ ...sample, ...toUnitVector(sample.lat, sample.lon) })),
        bucketKeys: bucketLevels.map((level) => bucketKey(cell, level)),
        label: name,
      },
    ],
    page: { category: null, keywords: [] },
    deviceType: "mobile",
    consent: {
      mayStore: true,
      mayPersonalise: true,
      mayUsePlace: true,
      mayUsePrecisePlace: false,
      mayMeasure: true,
      basis: "no_gdpr",
    },
    hasStableVisitor: true,
  };
}
