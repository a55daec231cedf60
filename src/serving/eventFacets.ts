import { reachCodeOf } from "../audience/reachCode.ts";
import { areaKeyKind } from "../geo/areaKeys.ts";
import { cellHigh, cellLow, resolutionOfHigh } from "../geo/cells.ts";
import type { AreaKey, VisitorPlace } from "../geo/types.ts";
import { categoryNumber, distanceBands } from "../targeting/clickEffects.ts";
import type { AdRequest, DeviceType } from "../targeting/types.ts";

/**
 * What reports ask about an ad besides whose it is: five small numbers that travel in its signed token, so that nothing has
 * to be looked up or kept for it. The place is the visitor's first one, already as coarse as consent asks, and here no finer
 * than a commune and a cell of resolution 7 (about 5 km²).
 */
export interface EventFacets {
  /** 1 to 5: see {@link facetDevices}; 0 = not known. */
  readonly device: number;
  /** The page's category as {@link categoryCode} of its path; 0 = none. */
  readonly category: number;
  /** The key of the commune, or of the département, that the place lies in as a whole; 0 = not known. */
  readonly area: AreaKey;
  /** 28 bits of a cell of resolution 7; -1 = the place is coarser, or not known. */
  readonly cell: number;
  /** Where the visitor falls in a count of people (see `reachCodeOf`); -1 = may not be counted. */
  readonly reach: number;
  /** How far the place is from the campaign's nearest circle: 1 to 6, see `distanceBand`; absent = it has none, or is not known. */
  readonly distance?: number;
}

export const facetDevices: readonly DeviceType[] = ["mobile", "tablet", "desktop", "tv", "other"];

/** A category's number: a hash of its path, signed, never 0. */
export const categoryCode = categoryNumber;

/** What is known of a request. People are counted only where they may be: a stable visitor, purpose 7. */
export function facetsOf(request: AdRequest, visitorKey: string | null): EventFacets {
  const [place] = request.places;
  const mayCount = request.hasStableVisitor && request.consent.mayMeasure;
  return {
    device: facetDevices.indexOf(request.deviceType) + 1,
    category: categoryCode(request.page.category),
    area: place === undefined ? 0 : areaOf(place),
    cell: place === undefined ? -1 : cellOf(place),
    reach: mayCount && visitorKey !== null ? reachCodeOf(visitorKey) : -1,
  };
}

const finestResolution = 7;

function cellOf({ cell }: VisitorPlace): number {
  const high = cellHigh(cell);
  if (resolutionOfHigh(high) < finestResolution) return -1;
  return ((high & 0xfffff) << 8) | (cellLow(cell) >>> 24);
}

/** The cell ("87…") that 28 bits stand for; null for -1. */
export function facetCell(code: number): string | null {
  if (code < 0) return null;
  const bits = (1n << 59n) | (7n << 52n) | (BigInt(code) << 24n) | 0xffffffn;
  return bits.toString(16);
}

/** Named places have many samples and are asked for again and again. */
const rememberedAreas = new WeakMap<VisitorPlace["samples"], AreaKey>();

function areaOf({ samples }: VisitorPlace): AreaKey {
  let area = rememberedAreas.get(samples);
  if (area === undefined) {
    area = sharedArea(samples);
    rememberedAreas.set(samples, area);
  }
  return area;
}

/** The smallest commune that holds all samples, else the département that does, else 0. */
function sharedArea(samples: VisitorPlace["samples"]): AreaKey {
  const shared = (samples[0]?.areaKeys ?? []).filter((key) =>
    samples.every(({ areaKeys }) => areaKeys.includes(key)),
  );
  return (
    shared.find((key) => areaKeyKind(key) === "commune") ??
    shared.find((key) => areaKeyKind(key) === "departement") ??
    0
  );
}

/** As the outbox of the ledger carries them. */
export function encodeFacets(facets: EventFacets): readonly number[] {
  const { device, category, area, cell, reach, distance } = facets;
  const known = [device, category, area, cell, reach];
  return distance === undefined ? known : [...known, distance];
}

/** Undefined for anything that `encodeFacets` does not write. */
export function decodeFacets(value: unknown): EventFacets | undefined {
  if (!Array.isArray(value) || value.length < 5 || value.length > 6) return undefined;
  const [device, category, area, cell, reach, distance] = value as readonly unknown[];
  const holds =
    isWithin(device, 0, facetDevices.length) &&
    isWithin(category, -(2 ** 31), 2 ** 31 - 1) &&
    isWithin(area, 0, 2 ** 32 - 1) &&
    isWithin(cell, -1, 2 ** 28 - 1) &&
    isWithin(reach, -1, 2 ** 20 - 1) &&
    (distance === undefined || isWithin(distance, 1, distanceBands - 1));
  return holds
    ? {
        device: device as number,
        category: category as number,
        area: area as number,
        cell: cell as number,
        reach: reach as number,
        ...(distance === undefined ? {} : { distance: distance as number }),
      }
    : undefined;
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
