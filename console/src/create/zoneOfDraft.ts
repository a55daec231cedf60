import type { LatLon, Zone, ZoneArea } from "../../../src/geo/types.ts";
import type { ChosenPlace, Draft } from "./draft.ts";

type ZonePart = Pick<
  Draft,
  "place" | "pin" | "base" | "radiusMeters" | "corners" | "added" | "excluded"
>;

/** Corners that make a shape. */
export const leastCorners = 3;

/** The middle of the circle: where it was put, else the place; null = nothing was chosen yet. */
export function centreOf({ pin, place }: Pick<Draft, "pin" | "place">): LatLon | null {
  if (pin !== null) return pin;
  return place === null ? null : { lat: place.lat, lon: place.lon };
}

/** Where the campaign would be shown; null = it cannot be said yet. Pure. */
export function zoneOfDraft(draft: ZonePart): Zone | null {
  const base = baseOf(draft);
  const include = [...(base === null ? [] : [base]), ...draft.added.map(({ area }) => area)];
  if (include.length === 0 || (base === null && draft.base === "shape")) return null;
  return { include, exclude: draft.excluded.map(({ area }) => area) };
}

function baseOf(draft: ZonePart): ZoneArea | null {
  const { base, place, radiusMeters, corners } = draft;
  if (base === "shape") return shapeOf(corners);
  if (base === "place") return place === null ? null : areaOfPlace(place);
  const centre = centreOf(draft);
  return centre === null ? null : { type: "circle", ...centre, radiusMeters };
}

function shapeOf(corners: readonly LatLon[]): ZoneArea | null {
  const [first] = corners;
  if (first === undefined || corners.length < leastCorners) return null;
  const ring = [...corners, first].map(({ lon, lat }) => [lon, lat] as const);
  return { type: "polygon", geometry: { type: "Polygon", coordinates: [ring] } };
}

/** The area that a name stands for. */
export function areaOfPlace({ kind, code }: Pick<ChosenPlace, "kind" | "code">): ZoneArea {
  switch (kind) {
    case "commune":
      return { type: "commune", inseeCode: code };
    case "postalCode":
      return { type: "postalCode", postalCode: code };
    case "departement":
      return { type: "departement", code };
    case "region":
      return { type: "region", code };
  }
}

/** Whether the zone is no more than a circle or the place itself, as a shop's campaign in one call has it. */
export function isPlainZone({ base, added, excluded, place }: ZonePart): boolean {
  if (added.length + excluded.length > 0 || base === "shape") return false;
  return base === "circle" || place?.kind === "commune" || place?.kind === "postalCode";
}
