import fc from "fast-check";
import type { CompiledZone, VisitorPlace } from "../../../src/geo/types.ts";
import {
  type ClickEffects,
  categoryNumber,
  distanceBands,
} from "../../../src/targeting/clickEffects.ts";
import type { DeliveryState } from "../../../src/targeting/deliveryState.ts";
import { finished } from "../../../src/targeting/segment/sliced.ts";
import {
  applyChanges,
  buildSnapshot,
  foldChanges,
  type Snapshot,
} from "../../../src/targeting/snapshot.ts";
import type {
  AdRequest,
  Placement,
  ServableCampaign,
  VisitorState,
} from "../../../src/targeting/types.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";
import { circle, frenchLocator, known, zoneOf } from "../../support/geography.ts";
import { buildPlacement, buildRequest } from "../../support/requestBuilder.ts";

/** Random worlds for the property tests: campaigns, a request, a visitor, what is known of delivery, and a past. */

const nowMs = Date.UTC(2026, 2, 12, 9);
const hourMs = 3_600_000;

/** A triangle around Limoges, and a strip south of it. */
const polygon = {
  type: "polygon",
  geometry: {
    type: "Polygon",
    coordinates: [
      [
        [1.0, 45.7],
        [1.6, 45.7],
        [1.3, 46.0],
        [1.0, 45.7],
      ],
    ],
  },
} as const;

const zones: readonly CompiledZone[] = [
  ...[1_000, 2_000, 5_000, 12_000, 30_000, 80_000, 200_000].map((radius) =>
    zoneOf([circle(45.8336, 1.2611, radius)]),
  ),
  ...[3_000, 9_000, 25_000].map((radius) => zoneOf([circle(45.87, 1.31, radius)])),
  zoneOf([circle(45.8336, 1.2611, 4_000), circle(45.75, 1.4, 15_000)]),
  zoneOf([circle(45.8336, 1.2611, 40_000)], [circle(45.8336, 1.2611, 6_000)]),
  zoneOf([{ type: "commune", inseeCode: "87085" }]),
  zoneOf([{ type: "postalCode", postalCode: "87000" }]),
  zoneOf([{ type: "departement", code: "87" }]),
  zoneOf([{ type: "departement", code: "87" }], [{ type: "commune", inseeCode: "87085" }]),
  zoneOf([{ type: "region", code: "75" }]),
  zoneOf([polygon]),
  zoneOf([polygon, { type: "commune", inseeCode: "87085" }]),
  zoneOf([{ type: "france" }]),
  zoneOf([{ type: "france" }], [{ type: "region", code: "75" }]),
  zoneOf([circle(-21.1151, 55.5364, 30_000)]),
];

const places: readonly VisitorPlace[] = [
  frenchLocator.locateSearch({ inseeCode: "87085" }),
  frenchLocator.locateSearch({ postalCode: "87000" }),
  frenchLocator.locateSearch({ departement: "87" }),
  frenchLocator.locateSearch({ lat: 45.85, lon: 1.28 }),
  frenchLocator.locateSearch({ lat: 45.85, lon: 1.28, radiusMeters: 10_000 }),
  frenchLocator.locateSearch({ inseeCode: "97411" }),
  frenchLocator.locateDevice({ lat: 45.84, lon: 1.26, accuracyMeters: 30 }, true),
  frenchLocator.locateDevice({ lat: 45.84, lon: 1.26, accuracyMeters: 30 }, false),
  frenchLocator.locateDevice({ lat: 46.3, lon: 1.26, accuracyMeters: 30 }, true),
  frenchLocator.locateHome({ postalCode: "87100" }),
  frenchLocator.locateHome({ inseeCode: "33063" }),
  frenchLocator.locateIp({ lat: 45.83, lon: 1.26, accuracyMeters: 20_000 }),
  frenchLocator.locateIp({ lat: 40.4, lon: -3.7, accuracyMeters: 20_000 }),
].map(known);

const categories = ["maison", "maison/travaux", "vehicules", "vehicules/voitures"];
const keywords = ["toiture", "clio"];
const devices = ["mobile", "desktop"] as const;
const shapes = [
  { format: "native", width: 0, height: 0 },
  { format: "image", width: 300, height: 250 },
  { format: "image", width: 728, height: 90 },
  { format: "html", width: 300, height: 250 },
] as const;

/** Mostly the first value, so that enough campaigns pass every rule for the ranking to matter. */
function mostly<T>(usual: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 5 }, { arbitrary: others, weight: 1 });
}

const few = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });

const audienceRule = fc.record({
  segmentId: fc.integer({ min: 1, max: 2 }),
  segmentName: fc.constant("bricoleurs"),
  minScore: fc.constantFrom(null, 0.2, 0.5),
  multiplier: fc.constantFrom(null, 1, 1.5, 3),
});
const capSubject = {
  per: fc.constantFrom("campaign" as const, "advertiser" as const),
  maxImpressions: fc.integer({ min: 1, max: 3 }),
};
const cap = fc.oneof(
  fc.record({ ...capSubject, windowSeconds: fc.constantFrom(60, 3600, 86_400) }),
  fc.record({ ...capSubject, window: fc.constant("page_view" as const) }),
);

const campaignFields = fc.record({
  advertiserId: fc.integer({ min: 1, max: 60 }),
  trade: fc.constantFrom(
    "",
    "",
    "couvreur",
    "plombier",
    "garage",
    "fleuriste",
    "notaire",
    "coiffeur",
  ),
  status: mostly("active" as const, fc.constantFrom("paused" as const, "draft" as const)),
  startsAtMs: mostly(0, fc.constantFrom(nowMs, nowMs + 1)),
  endsAtMs: mostly<number | null>(null, fc.constantFrom(nowMs, nowMs + 1)),
  hoursOfWeek: mostly<number[] | null>(null, fc.constantFrom([], [82], [82, 84, 85], [0, 167])),
  pricing: fc.constantFrom("cpm" as const, "cpc" as const, "vcpm" as const),
  bidMicros: fc.constantFrom(300_000, 1_000_000, 1_000_000, 2_000_000, 5_000_000),
  clickRate: fc.constantFrom(0.001, 0.004, 0.02),
  clickRateUpper: fc.constantFrom(0.02, 0.05),
  clickCeiling: fc.constantFrom(1, 1.25, 3),
  viewRate: fc.constantFrom(0.35, 0.6, 0.93),
  priority: fc.constantFrom(...(["paid", "paid", "paid", "paid", "guaranteed", "house"] as const)),
  placeIntention: mostly(
    "any" as const,
    fc.constantFrom("searches_here" as const, "is_here" as const, "lives_here" as const),
  ),
  zone: fc.constantFrom(...zones),
  wantedCategories: mostly<string[]>([], few(categories)),
  avoidedCategories: mostly<string[]>([], few(categories)),
  wantedKeywords: mostly<string[]>([], few(keywords)),
  avoidedKeywords: mostly<string[]>([], few(keywords)),
  devices: mostly<(typeof devices)[number][]>([], few(devices)),
  audience: mostly<ServableCampaign["audience"]>([], fc.array(audienceRule, { maxLength: 3 })),
  frequencyCaps: mostly<ServableCampaign["frequencyCaps"]>([], fc.array(cap, { maxLength: 2 })),
  creatives: mostly<readonly (typeof shapes)[number][]>(
    [shapes[0]],
    fc.subarray([...shapes], { minLength: 0 }),
  ),
});

/** Up to 200 campaigns around Limoges, each id once. */
export const campaigns = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 250 }), campaignFields), {
    maxLength: 200,
    size: "max",
    selector: ([campaignId]) => campaignId,
  })
  .map((list) => list.map(([campaignId, fields]) => buildCampaign({ campaignId, ...fields })));

const placement: fc.Arbitrary<Placement> = fc
  .record({
    formats: mostly<Placement["formats"]>(["native"], few(["native", "image", "html"] as const)),
    sizes: fc.constantFrom<Placement["sizes"]>(
      [],
      [[300, 250]],
      [
        [728, 90],
        [1, 1],
      ],
    ),
    count: fc.integer({ min: 1, max: 4 }),
    floorMicros: mostly(0, fc.constantFrom(1_000_000, 4_000_000)),
    blockedAdvertiserIds: mostly<number[]>([], fc.array(fc.integer({ min: 1, max: 60 }))),
    blockedTrades: mostly<string[]>([], fc.constant(["couvreur"])),
  })
  .map(buildPlacement);

export const request: fc.Arbitrary<AdRequest> = fc
  .record({
    decisionId: fc.uuid(),
    placements: fc.array(placement, { minLength: 1, maxLength: 4 }),
    places: fc.subarray([...places], { maxLength: 3 }),
    page: fc.record({
      category: fc.constantFrom(null, "autre", ...categories),
      keywords: fc.subarray([...keywords, "inconnu"]),
    }),
    deviceType: fc.constantFrom(...devices),
    hasStableVisitor: fc.boolean(),
  })
  .map((fields) =>
    buildRequest({
      ...fields,
      nowMs,
      placements: fields.placements.map((it, index) => ({ ...it, id: `p${index}` })),
    }),
  );

const score = fc.constantFrom(0, 0.2, 0.3, 0.5, 0.9, 1);
export const visitor: fc.Arbitrary<VisitorState> = fc.record({
  scores: fc
    .option(fc.dictionary(fc.constantFrom("1", "2"), score))
    .map((scores) =>
      scores === null
        ? null
        : new Map(Object.entries(scores).map(([segment, it]) => [Number(segment), it])),
    ),
  impressions: fc
    .array(
      fc.tuple(
        fc
          .tuple(fc.constantFrom("c", "a"), fc.integer({ min: 1, max: 60 }))
          .map((it) => it.join("")),
        fc.array(fc.constantFrom(0, 30_000, 60_000, hourMs, 2 * hourMs), { maxLength: 4 }),
      ),
      { maxLength: 60 },
    )
    .map((all) => new Map(all.map(([key, ages]) => [key, timesOf(ages)]))),
  shownInPageView: fc.option(
    fc
      .array(fc.tuple(fc.constantFrom("c", "a"), fc.integer({ min: 1, max: 60 }), fc.nat(3)), {
        maxLength: 60,
      })
      .map((all) => new Map(all.map(([per, id, shown]) => [`${per}${id}`, shown]))),
    { nil: undefined },
  ),
});

function timesOf(agesMs: readonly number[]): number[] {
  return agesMs.map((age) => nowMs - age).sort((a, b) => a - b);
}

const id = fc.integer({ min: 1, max: 250 });
export const delivery: fc.Arbitrary<DeliveryState> = fc.record({
  exhaustedUntilMs: fc
    .array(fc.tuple(id, fc.constantFrom(nowMs, nowMs + 1)), { maxLength: 20 })
    .map(
      (all) => new Map(all.map(([it, untilMs]) => [it, { untilMs, reason: "balance" as const }])),
    ),
  throttles: fc
    .array(fc.tuple(id, fc.constantFrom(0, 0.5, 1)), { maxLength: 40 })
    .map((all) => new Map(all)),
});

const factor = fc.constantFrom(0.5, 0.9, 1, 1.3, 2);
const effects: fc.Arbitrary<ClickEffects> = fc.record({
  placements: fc
    .dictionary(fc.constantFrom("p0", "p1", "p2"), factor)
    .map((all) => new Map(Object.entries(all))),
  categories: fc
    .array(fc.tuple(fc.constantFrom(null, ...categories), factor), { maxLength: 4 })
    .map((all) => new Map(all.map(([path, it]) => [categoryNumber(path), it]))),
  hours: fc.array(factor, { minLength: 24, maxLength: 24 }),
  distances: fc.array(factor, { minLength: distanceBands, maxLength: distanceBands }),
});

/** The same where more is known of where clicks are likelier. */
export const predictingDelivery: fc.Arbitrary<DeliveryState> = fc
  .tuple(delivery, fc.option(effects))
  .map(([known, clickEffects]) => ({ ...known, clickEffects }));

/** How the same campaigns came into the snapshot: at once, or as changes over an older base. */
export const history = fc.record({
  early: fc.float({ min: 0, max: 1, noNaN: true }),
  stale: fc.uniqueArray(id, { maxLength: 30 }),
  removed: fc.uniqueArray(id, { maxLength: 20 }),
  folds: fc.boolean(),
});

export const meta = { revision: "1", builtAtMs: 0 };

/** A snapshot that has gone through changes and in the end holds exactly `all`. */
export function snapshotWithPast(
  all: readonly ServableCampaign[],
  {
    early,
    stale,
    removed,
    folds = false,
  }: { early: number; stale: number[]; removed: number[]; folds?: boolean },
): Snapshot {
  const cut = Math.floor(all.length * early);
  const ids = new Set(all.map((campaign) => campaign.campaignId));
  const old = stale.map((campaignId) =>
    buildCampaign({ campaignId, priority: "guaranteed", bidMicros: 9_000_000 }),
  );
  const gone = [...removed, ...stale].filter((campaignId) => !ids.has(campaignId));
  const oldIds = new Set(stale);
  const base = buildSnapshot(
    [...old, ...all.slice(0, cut).filter((campaign) => !oldIds.has(campaign.campaignId))],
    meta,
  );
  const rest = all.filter((it, index) => index >= cut || oldIds.has(it.campaignId));
  const half = rest.length >> 1;
  const sooner = rest.slice(0, half);
  const first = folds
    ? finished(foldChanges(base, sooner, [], meta))
    : applyChanges(base, sooner, [], meta);
  return applyChanges(first, rest.slice(half), gone, meta);
}
