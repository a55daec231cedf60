import type { Consent } from "../consent/types.ts";
import type { Locator, PointSignal } from "../geo/locate.ts";
import type { VisitorPlace } from "../geo/types.ts";
import type { BidPlace, PlaceSignals } from "./types.ts";

/** Looks an address up in the operator's table; null = unknown. */
export type LocateAddress = (address: string) => PointSignal | null;

/**
 * The places that consent lets choose the ad, best first: where the device is, where the person lives, and only without
 * either what the address tells. Of each, the first signal that the locator knows. Without the right to use places, none.
 */
export function locatePlaces(
  signals: PlaceSignals,
  consent: Consent,
  locator: Locator,
  locateAddress: LocateAddress | null,
): readonly VisitorPlace[] {
  if (!consent.mayUsePlace) return [];
  const device = firstKnown(signals.device, (it) =>
    "lat" in it
      ? locator.locateDevice(it, consent.mayUsePrecisePlace)
      : locator.locateArea("device", it),
  );
  const home = firstKnown(signals.home, (it) =>
    "lat" in it ? locator.locateHome(it) : locator.locateArea("home", it),
  );
  const places = [device, home].filter((it) => it !== null);
  if (places.length > 0) return places;
  const ip =
    firstKnown(signals.ip, (it) =>
      "lat" in it ? locator.locateIp(it) : locator.locateArea("ip", it),
    ) ?? placeOfAddress(signals.address, locator, locateAddress);
  return ip === null ? [] : [ip];
}

function firstKnown(
  signals: readonly BidPlace[],
  locate: (signal: BidPlace) => VisitorPlace | null,
): VisitorPlace | null {
  for (const signal of signals) {
    const place = locate(signal);
    if (place !== null) return place;
  }
  return null;
}

function placeOfAddress(
  address: string | null,
  locator: Locator,
  locateAddress: LocateAddress | null,
): VisitorPlace | null {
  const point = address === null ? null : (locateAddress?.(address) ?? null);
  return point === null ? null : locator.locateIp(point);
}
