import { addFault, type Faults } from "./faults.ts";
import { hostsOf } from "./host.ts";
import { limits } from "./limits.ts";
import { currencyOf, readFloor } from "./money.ts";
import { parseBanner } from "./parseBanner.ts";
import { parseNative } from "./parseNative.ts";
import {
  childOf,
  type Fields,
  flagOf,
  integerOf,
  isCleanText,
  listOf,
  objectOf,
  positiveOf,
  textOf,
  textsOf,
} from "./read.ts";
import type { Deal, Imp } from "./types.ts";

/** Reads an imp object (2.6 §3.2.4); breaches go to `faults`, and what is returned then is of no use. */
export function parseImp(source: Fields, path: string, faults: Faults): Imp {
  const id = readId(source.id, `${path}.id`, faults);
  const ext = childOf(source, "ext");
  const media = readMedia(source, path, faults);
  const pmp = childOf(source, "pmp");
  return {
    id,
    ...media,
    floorMicros: readFloor(source.bidfloor, `${path}.bidfloor`, faults),
    floorCurrency: currencyOf(source.bidfloorcur),
    secure: flagOf(source.secure) ?? false,
    rewarded: flagOf(source.rwdd) ?? flagOf(ext.rwdd) ?? isRewardedByPrebid(ext),
    interstitial: flagOf(source.instl) ?? false,
    expSeconds: positiveOf(source.exp) ?? positiveOf(ext.exp),
    tagId: textOf(source.tagid, limits.idCharacters),
    deals: readDeals(pmp, `${path}.pmp.deals`, faults),
    privateAuction: flagOf(pmp.private_auction) ?? false,
  };
}

/** An id is echoed, so that it is taken as it is or not at all. */
export function readId(value: unknown, path: string, faults: Faults): string {
  const id = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  if (id === undefined || id === null || id === "") addFault(faults, path, "is missing");
  else if (typeof id !== "string") addFault(faults, path, "is not a string");
  else if (id.length > limits.idCharacters)
    addFault(faults, path, `is longer than ${limits.idCharacters} characters`);
  else if (!isCleanText(id)) addFault(faults, path, "holds characters that are no text");
  else return id;
  return "";
}

type Media = Pick<Imp, "banner" | "native" | "hasVideo" | "hasAudio">;

/**
 * A native request that cannot be read leaves the other media of its imp in peace; where there are none, the imp asks for
 * nothing that the specification knows, which is a breach.
 */
function readMedia(source: Fields, path: string, faults: Faults): Media {
  const banner = mediumOf(source, "banner", path, faults);
  const hasVideo = mediumOf(source, "video", path, faults) !== null;
  const hasAudio = mediumOf(source, "audio", path, faults) !== null;
  const nativeSource = readNativeSource(source, path, faults);
  const native = nativeSource === null ? null : parseNative(nativeSource);
  const asksMore = banner !== null || hasVideo || hasAudio;
  if (!asksMore) {
    if (native === null) addFault(faults, path, "has no banner, native, video or audio");
    else if ("rule" in native) addFault(faults, `${path}.native.${native.field}`, native.rule);
  }
  return {
    banner: banner === null ? null : parseBanner(banner, `${path}.banner`, faults),
    native: native === null || "rule" in native ? null : native,
    hasVideo,
    hasAudio,
  };
}

function mediumOf(source: Fields, key: string, path: string, faults: Faults): Fields | null {
  const value = source[key];
  if (value === undefined || value === null) return null;
  const medium = objectOf(value);
  if (medium === null) addFault(faults, `${path}.${key}`, "is not an object");
  return medium;
}

/** Some put the request string itself where the native object belongs. */
function readNativeSource(source: Fields, path: string, faults: Faults): Fields | null {
  return typeof source.native === "string"
    ? { request: source.native }
    : mediumOf(source, "native", path, faults);
}

function isRewardedByPrebid(ext: Fields): boolean {
  return flagOf(childOf(ext, "prebid").is_rewarded_inventory) ?? false;
}

/** A deal without an id cannot be bid for, and is left out. */
function readDeals(pmp: Fields, path: string, faults: Faults): readonly Deal[] {
  const deals: Deal[] = [];
  for (const [i, item] of listOf(pmp.deals, limits.deals).entries()) {
    const source = objectOf(item);
    const id = source === null ? null : textOf(source.id, limits.idCharacters);
    if (source === null || id === null) continue;
    deals.push({
      id,
      floorMicros: readFloor(source.bidfloor, `${path}[${i}].bidfloor`, faults),
      // It does not inherit the imp's currency (2.6 §3.2.12).
      floorCurrency: currencyOf(source.bidfloorcur),
      auctionType: dealAuctionType(integerOf(source.at)),
      allowedSeats: textsOf(source.wseat, limits.seats, limits.idCharacters),
      allowedDomains: hostsOf(source.wadomain, limits.seats),
    });
  }
  return deals;
}

function dealAuctionType(at: number | null): Deal["auctionType"] {
  return at === 1 || at === 2 || at === 3 ? at : null;
}
