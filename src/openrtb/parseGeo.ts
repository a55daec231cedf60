import { limits } from "./limits.ts";
import { type Fields, integerOf, numberOf, objectOf, textOf } from "./read.ts";
import type { GeoSignal } from "./types.ts";

/** Reads a geo object (2.6 §3.2.19); null when it says nothing that we use. */
export function parseGeo(value: unknown): GeoSignal | null {
  const source = value === undefined ? null : objectOf(value);
  if (source === null) return null;
  const point = readPoint(source);
  const type = integerOf(source.type);
  const geo: GeoSignal = {
    lat: point?.lat ?? null,
    lon: point?.lon ?? null,
    type: type === 1 || type === 2 || type === 3 ? type : null,
    accuracyMeters: notNegative(source.accuracy),
    lastFixSeconds: notNegative(source.lastfix),
    country: readCountry(source.country),
    region: textOf(source.region, limits.shortCharacters),
    city: textOf(source.city, limits.nameCharacters),
    postalCode: textOf(source.zip, 16),
  };
  const says = geo.lat ?? geo.country ?? geo.region ?? geo.city ?? geo.postalCode;
  return says === null ? null : geo;
}

/** (0, 0) is what software writes that has no position, and lies in the sea. */
function readPoint(source: Fields): { readonly lat: number; readonly lon: number } | null {
  const lat = numberOf(source.lat);
  const lon = numberOf(source.lon);
  if (lat === null || lon === null || Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
  return Math.abs(lat) < 1e-4 && Math.abs(lon) < 1e-4 ? null : { lat, lon };
}

function notNegative(value: unknown): number | null {
  const number = numberOf(value);
  return number === null || number < 0 ? null : Math.min(Number.MAX_SAFE_INTEGER, number);
}

/** Alpha-2 codes of France, which many exchanges send where alpha-3 is meant; an island has a code of its own. */
const alpha3OfFrance: Readonly<Record<string, string>> = {
  FR: "FRA",
  FRANCE: "FRA",
  GP: "GLP",
  MQ: "MTQ",
  GF: "GUF",
  RE: "REU",
  PM: "SPM",
  YT: "MYT",
  BL: "BLM",
  MF: "MAF",
  TF: "ATF",
  WF: "WLF",
  PF: "PYF",
  NC: "NCL",
};

/** Upper case; alpha-3 for all of France, two or three letters as sent for elsewhere. */
function readCountry(value: unknown): string | null {
  const code = textOf(value, limits.shortCharacters)?.toUpperCase();
  if (code === undefined) return null;
  if (Object.hasOwn(alpha3OfFrance, code)) return alpha3OfFrance[code] ?? null;
  return /^[A-Z]{2,3}$/.test(code) ? code : null;
}
