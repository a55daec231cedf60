import type { Placement } from "../../targeting/types.ts";
import type { ShownAd } from "../winnersPage.ts";
import { adFormats, notForSale } from "./forecastSample.ts";

/**
 * What another paid campaign would have had to be worth to show on a page, by format (`adFormats`): the least, over the
 * placements that take the format, of the floor where there was room and of the least valuable paid ad where there was not.
 * Micros per thousand views; Infinity where none takes it. Slots of exchanges are left out: to win there is another auction.
 */
export function valuesToBeat(
  placements: readonly Placement[],
  shown: readonly ShownAd[],
): readonly number[] {
  return adFormats.map((format) => {
    let least = notForSale;
    for (const placement of placements) {
      if ((placement.bid ?? null) !== null || !placement.formats.includes(format)) continue;
      least = Math.min(least, valueToBeat(placement, shown));
    }
    return least;
  });
}

function valueToBeat({ id, count, floorMicros }: Placement, shown: readonly ShownAd[]): number {
  const ads = shown.filter((it) => it.placementId === id);
  if (ads.length < count) return floorMicros;
  let least = notForSale;
  for (const { candidate } of ads) {
    const { priority } = candidate.campaign;
    // House ads give way to anything that pays, guaranteed ones to nobody.
    if (priority === "house") return floorMicros;
    if (priority === "paid") least = Math.min(least, candidate.value.valueMicros);
  }
  return Math.max(floorMicros, least);
}
