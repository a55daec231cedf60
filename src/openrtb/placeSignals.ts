import type { PointSignal } from "../geo/locate.ts";
import { frenchAreasOf } from "./frenchAreas.ts";
import type { BidPlace, BidRequest, GeoSignal, PlaceSignals } from "./types.ts";

/** A shortened position (two decimals) is right to about a kilometre. */
const roundedMeters = 1_000;
/** How exact an IP address's point is taken to be when the exchange knows the town, and (by the locator) when not. */
const townMeters = 10_000;

/**
 * What a request says of places, sorted by what it means: `device.geo` is where the device is, unless it comes from the
 * address (type 2) or is what the user once gave (type 3: a home); `user.geo` is a home. A point of unknown origin
 * counts as one of the address, unless an accuracy or the age of a fix show that the device measured it. Under `lmt`, `dnt`
 * and for children points are rounded; a child's home and device are not used at all. No consent is applied here.
 */
export function placeSignalsOf({ device, user, regs }: BidRequest): PlaceSignals {
  const limited = device.lmt || device.dnt || regs.coppa;
  const { geo } = device;
  const kind = geo === null ? null : kindOf(geo);
  const given = geo === null ? [] : placesOf(geo, kind ?? "ip", limited);
  const lived = user.geo === null ? [] : placesOf(user.geo, "home", limited);
  return {
    device: kind === "device" && !regs.coppa ? given : [],
    home: regs.coppa ? [] : kind === "home" ? [...lived, ...given] : lived,
    ip: kind === "ip" ? given : [],
    address: regs.coppa ? null : device.ip,
  };
}

type Kind = "device" | "home" | "ip";

function kindOf(geo: GeoSignal): Kind {
  if (geo.type === 1) return "device";
  if (geo.type === 2) return "ip";
  if (geo.type === 3) return "home";
  return geo.lat !== null && (geo.accuracyMeters ?? geo.lastFixSeconds) !== null ? "device" : "ip";
}

function placesOf(geo: GeoSignal, kind: Kind, limited: boolean): readonly BidPlace[] {
  const areas = frenchAreasOf(geo);
  const point = pointOf(geo, kind, limited);
  // The point of a home is the middle of what the user gave: the postal code is what was meant.
  if (point === null) return areas;
  return kind === "home" ? [...areas, point] : [point, ...areas];
}

function pointOf(geo: GeoSignal, kind: Kind, limited: boolean): PointSignal | null {
  const { lat, lon } = geo;
  if (lat === null || lon === null) return null;
  const accuracyMeters = accuracyOf(geo, kind, limited);
  if (!limited) return { lat, lon, ...(accuracyMeters !== null && { accuracyMeters }) };
  return {
    lat: Math.round(lat * 100) / 100,
    lon: Math.round(lon * 100) / 100,
    ...(accuracyMeters !== null && { accuracyMeters }),
  };
}

/** Metres; null = not known, for the locator to assume the worst that is usual. */
function accuracyOf(geo: GeoSignal, kind: Kind, limited: boolean): number | null {
  const said = geo.accuracyMeters === 0 ? null : geo.accuracyMeters;
  if (kind === "ip") return said ?? (namesTown(geo) ? townMeters : null);
  const written = metersOfDecimals(geo.lat ?? 0, geo.lon ?? 0);
  const least = Math.max(
    written,
    limited ? roundedMeters : 0,
    metersSince(geo.lastFixSeconds ?? 0),
  );
  const base = said ?? (kind === "home" ? roundedMeters : 50);
  return Math.max(base, least);
}

function namesTown(geo: GeoSignal): boolean {
  return (geo.city ?? geo.postalCode) !== null;
}

/** A point written with two decimals is one that was rounded to them, whatever accuracy is claimed. */
function metersOfDecimals(lat: number, lon: number): number {
  for (const [factor, meters] of [
    [1, 100_000],
    [10, 10_000],
    [100, roundedMeters],
    [1000, 100],
  ] as const) {
    if (isWhole(lat * factor) && isWhole(lon * factor)) return meters;
  }
  return 0;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/** People move: a position of an hour ago tells the town, one of the morning the area, older ones little. */
function metersSince(seconds: number): number {
  if (seconds <= 600) return 0;
  if (seconds <= 3_600) return 5_000;
  return seconds <= 6 * 3_600 ? 20_000 : 100_000;
}
