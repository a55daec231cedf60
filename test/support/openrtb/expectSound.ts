import { expect } from "vitest";
import type { BidRequest, Imp } from "../../../src/openrtb/types.ts";

/**
 * Asserts what everybody may rely on in a parsed request: no text is longer, no list larger than promised, numbers are
 * finite, texts can be stored and sent, ids are distinct.
 */
export function expectSound(request: BidRequest): void {
  const faults: string[] = [];
  walk(request, "request", faults);
  if (request.imps.length < 1 || request.imps.length > 20) faults.push("imps");
  if (request.impsOffered < request.imps.length) faults.push("impsOffered");
  if (new Set(request.imps.map((it) => it.id)).size !== request.imps.length) faults.push("ids");
  if (request.tmaxMs !== null && (request.tmaxMs < 1 || request.tmaxMs > 600_000))
    faults.push("tmaxMs");
  if (!request.currencies.every(isCurrency)) faults.push("currencies");
  for (const imp of request.imps) faults.push(...impFaults(imp));
  const { geo } = request.device;
  if (geo !== null && (geo.lat === null) !== (geo.lon === null)) faults.push("half a point");
  if (geo !== null && Math.abs(geo.lat ?? 0) > 90) faults.push("lat");
  expect(faults).toEqual([]);
}

function impFaults(imp: Imp): string[] {
  const faults: string[] = [];
  if (imp.id === "" || imp.id.length > 256) faults.push("imp.id");
  if (!Number.isSafeInteger(imp.floorMicros) || imp.floorMicros < 0) faults.push("floorMicros");
  if (!isCurrency(imp.floorCurrency)) faults.push("floorCurrency");
  if (imp.banner === null && imp.native === null && !imp.hasVideo && !imp.hasAudio)
    faults.push("an imp that asks for nothing");
  for (const [width, height] of imp.banner?.sizes ?? [])
    if (!(isSide(width) && isSide(height))) faults.push(`size ${width} × ${height}`);
  for (const { widthRatio, heightRatio, minWidth } of imp.banner?.flex ?? [])
    if (!(isSide(widthRatio) && isSide(heightRatio) && minWidth >= 0)) faults.push("flex");
  for (const deal of imp.deals)
    if (deal.id === "" || !Number.isSafeInteger(deal.floorMicros) || deal.floorMicros < 0)
      faults.push("deal");
  const assets = imp.native?.assets ?? [];
  if (imp.native !== null && (assets.length < 1 || assets.length > 50)) faults.push("assets");
  if (new Set(assets.map((it) => it.id)).size !== assets.length) faults.push("asset ids");
  return faults;
}

function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= 100_000;
}

function isCurrency(code: string): boolean {
  return /^[A-Z]{3}$/.test(code);
}

function walk(value: unknown, path: string, faults: string[]): void {
  if (typeof value === "number" && !Number.isFinite(value)) faults.push(`${path} is not finite`);
  if (typeof value === "string") {
    if (value.length > 16_384) faults.push(`${path} is too long`);
    if (!value.isWellFormed() || /\p{Cc}/u.test(value)) faults.push(`${path} is no text`);
    if (value === "") faults.push(`${path} is empty`);
  }
  if (typeof value !== "object" || value === null) return;
  const entries = Object.entries(value);
  if (entries.length > 10_000) faults.push(`${path} is too large`);
  for (const [key, item] of entries) walk(item, `${path}.${key}`, faults);
}
