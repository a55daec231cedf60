import { destination, distanceMeters } from "../../geo/sphere.ts";
import { createWeightedDraw, type Random } from "../random.ts";
import { demoCategories } from "../segments.ts";
import { everyPurpose, interestPurposes, wholeChoice, writeTcString } from "../tcString.ts";
import type { TrafficTown } from "./trafficOrder.ts";

/** One page view of somebody who is nobody: what the page asks for, and with which browser. */
export interface Visit {
  /** The body of `POST /v1/ads`. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly userAgent: string;
}

export interface VisitDrawing {
  readonly towns: readonly TrafficTown[];
  readonly siteKey: string;
  readonly vendorId: number;
}

/** The demo tells of Limoges: half of its visits are from there and around. */
const limoges = { lat: 45.8315, lon: 1.2578 } as const;
const aroundMeters = 60_000;
const localShare = 0.5;
/** Scores are kept of so many visitors (see `seedPopulation`). */
const knownVisitors = 5_000;
const tasteShare = 0.6;

const userAgents = {
  mobile:
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
  desktop:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  tablet:
    "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/604.1",
} as const;
type Device = keyof typeof userAgents;
const devices = ["mobile", "desktop", "tablet"] as const;
const drawDevice = createWeightedDraw([62, 31, 7]);

type ChoiceKind = "all" | "some" | "none" | "silent";
const choiceKinds = ["all", "some", "none", "silent"] as const;
/** About what French sites see: most accept, a quarter refuses. */
const drawChoice = createWeightedDraw([62, 8, 22, 8]);

/**
 * Gives the function that draws visits: by population, half of them from around Limoges; pages of all categories; phones
 * first; with consent, with some, without any.
 */
export function createDrawVisit({
  towns,
  siteKey,
  vendorId,
}: VisitDrawing): (random: Random, nowMs: number) => Visit {
  const isNear = (town: TrafficTown) => distanceMeters(town, limoges) <= aroundMeters;
  const near = towns.filter(isNear);
  const drawFrom = drawTown(towns);
  const drawNear = near.length === 0 ? drawFrom : drawTown(near);
  return (random, nowMs) => {
    const town = random.chance(localShare) ? drawNear(random) : drawFrom(random);
    const device = devices[drawDevice(random)] ?? "mobile";
    const choice = choiceKinds[drawChoice(random)] ?? "silent";
    const visitor = random.integer(1, knownVisitors);
    const body = {
      site: siteKey,
      visitor: visitorOf(visitor, choice, vendorId, nowMs),
      place: placeOf(town, choice, random),
      page: { category: categoryOf(visitor, random), viewId: viewIdOf(random) },
      device: { type: device },
      placements: random.pick(pagesOf(device)),
    };
    return { body, userAgent: userAgents[device] };
  };
}

function drawTown(towns: readonly TrafficTown[]): (random: Random) => TrafficTown {
  const draw = createWeightedDraw(towns.map(({ population }) => population));
  return (random) => towns[draw(random)]!;
}

/** Whoever comes back looks at what they like more often than at other things: one category, or its neighbour. */
function categoryOf(visitor: number, random: Random): string {
  if (!random.chance(tasteShare)) return random.pick(demoCategories);
  const liked = (visitor * 7 + random.integer(0, 1)) % demoCategories.length;
  return demoCategories[liked] ?? "";
}

function visitorOf(
  visitor: number,
  choice: ChoiceKind,
  vendorId: number,
  nowMs: number,
): Visit["body"] {
  const id = `v-${visitor}`;
  if (choice === "silent") return {};
  const whole = wholeChoice(choice !== "none", vendorId, nowMs);
  // Ads and measuring, but no profile.
  const some = {
    purposes: everyPurpose.filter((purpose) => purpose < 3 || purpose === 7),
    legitimateInterests: interestPurposes,
    specialFeatures: [],
  };
  const consent = writeTcString(choice === "some" ? { ...whole, ...some } : whole);
  return { id, consent };
}

/** Most search a town by name or postal code; who consents may be found by the device or have said where home is. */
function placeOf(town: TrafficTown, choice: ChoiceKind, random: Random): Visit["body"] {
  const { inseeCode, postalCode } = town;
  const kind = random.next();
  if (kind < 0.45) return { search: { inseeCode } };
  if (kind < 0.7) return { search: { postalCode } };
  if (kind < 0.8) {
    const radiusMeters = random.pick([5_000, 10_000, 20_000, 30_000]);
    return { search: { lat: town.lat, lon: town.lon, radiusMeters } };
  }
  if (choice === "none" || choice === "silent") return { search: { inseeCode } };
  if (kind < 0.92) {
    const point = destination(town, 1_500 * Math.sqrt(random.next()), random.next() * 360);
    return {
      device: { lat: point.lat, lon: point.lon, accuracyMeters: random.integer(10, 400) },
    };
  }
  return { home: { inseeCode } };
}

/** Which of the demo site's placements a page has. */
function pagesOf(device: Device): readonly (readonly object[])[] {
  return device === "mobile"
    ? [
        [{ id: "top" }, { id: "list", count: 2 }],
        [{ id: "banner", formats: ["image"], sizes: [[320, 50]] }, { id: "list" }],
      ]
    : [
        [{ id: "top" }, { id: "list", count: 3 }, { id: "side" }],
        [{ id: "top" }, { id: "side" }],
        [
          { id: "banner", formats: ["image"], sizes: [[728, 90]] },
          { id: "list", count: 3 },
        ],
      ];
}

const viewIdOf = (random: Random): string =>
  Array.from({ length: 3 }, () => random.integer(0, 2 ** 31).toString(36))
    .join("-")
    .padEnd(16, "0");
