import type { InputOf } from "../../../../sdk/src/client.ts";

export type ExplainBody = InputOf<"explainVisit">["body"];

/** Where somebody is supposed to be: a commune, or a point on the map. */
export type ChosenPlace =
  | {
      readonly kind: "commune";
      readonly inseeCode: string;
      readonly label: string;
      readonly lat: number;
      readonly lon: number;
    }
  | { readonly kind: "point"; readonly lat: number; readonly lon: number };

export const placeKinds = ["search", "device", "home"] as const;
/** How the place is known: searched for, where the device is, where somebody lives. */
export type PlaceKind = (typeof placeKinds)[number];

export const deviceTypes = ["mobile", "tablet", "desktop", "tv", "other"] as const;

/** A supposed visit, as it is typed. */
export interface Visit {
  readonly place: ChosenPlace | null;
  readonly how: PlaceKind;
  readonly device: (typeof deviceTypes)[number];
  readonly category: string;
  readonly consent: boolean;
  /** Percent, by segment's slug; "" = not known. */
  readonly scores: Readonly<Record<string, number | "">>;
  /** A local time, "2026-11-23T18:00"; "" = now. */
  readonly at: string;
}

export const firstVisit: Visit = {
  place: null,
  how: "search",
  device: "mobile",
  category: "",
  consent: true,
  scores: {},
  at: "",
};

const accuracyMeters = 50;
/** Around a point that somebody searches from: a walk. */
const searchRadiusMeters = 1_000;

/** The question to the server; null = no place is chosen. `toInstant` reads a local time. Pure. */
export function visitBody(
  visit: Visit,
  campaignId: number,
  toInstant: (local: string) => string,
): ExplainBody | null {
  const { place, category, consent, device, at } = visit;
  if (place === null) return null;
  const scores = Object.entries(visit.scores).flatMap(([slug, percent]) =>
    percent === "" ? [] : [[slug, percent / 100] as const],
  );
  return {
    campaignIds: [campaignId],
    place: placeBody(place, visit.how),
    visitor: { consent, ...(scores.length === 0 ? {} : { scores: Object.fromEntries(scores) }) },
    device: { type: device },
    ...(category === "" ? {} : { page: { category } }),
    ...(at === "" ? {} : { at: toInstant(at) }),
  };
}

/** Homes are known by their commune, devices by their point. */
function placeBody(place: ChosenPlace, how: PlaceKind): NonNullable<ExplainBody["place"]> {
  const { lat, lon } = place;
  if (how === "device") return { device: { lat, lon, accuracyMeters } };
  if (place.kind === "point") return { search: { lat, lon, radiusMeters: searchRadiusMeters } };
  const { inseeCode } = place;
  return how === "home" ? { home: { inseeCode } } : { search: { inseeCode } };
}

/** Which ways of being known a place allows: nobody's home is a point. Pure. */
export function kindsFor(place: ChosenPlace | null): readonly PlaceKind[] {
  return place?.kind === "point" ? placeKinds.filter((kind) => kind !== "home") : placeKinds;
}

const stepDegrees = 0.01;

/** A point moved by an arrow: about a kilometre, ten with Shift. Pure. */
export function moved(
  { lat, lon }: { readonly lat: number; readonly lon: number },
  key: "north" | "south" | "east" | "west",
  isLarge: boolean,
): ChosenPlace {
  const step = isLarge ? 10 * stepDegrees : stepDegrees;
  const [dLat, dLon] = { north: [1, 0], south: [-1, 0], east: [0, 1], west: [0, -1] }[key] as [
    number,
    number,
  ];
  const clamp = (value: number, most: number) => Math.max(-most, Math.min(most, value));
  return { kind: "point", lat: clamp(lat + dLat * step, 89), lon: clamp(lon + dLon * step, 179) };
}
