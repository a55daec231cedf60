import type { Config, Signal, Wish } from "./types.ts";

export interface AskedPlacement {
  readonly id: string;
  readonly formats: Wish["formats"];
  readonly sizes: Wish["sizes"];
  count: number;
}

/** What becomes one request. */
export interface Batch<Slot> {
  readonly placements: AskedPlacement[];
  readonly slots: Slot[];
}

const mostPlacements = 20;
const mostAds = 10;

/**
 * Brings what a page wants into as few requests as the server's limits allow. A code that stands on the page several times is one
 * placement with so many ads, ten at most, of the formats and sizes of the first. Pure.
 */
export function batchesOf<Slot extends { readonly wish: Wish }>(
  slots: readonly Slot[],
): readonly Batch<Slot>[] {
  const batches: Batch<Slot>[] = [];
  for (const slot of slots) {
    const { code: id, count, ...shape } = slot.wish;
    const isSame = (one: AskedPlacement): boolean => one.id === id;
    let batch = batches.find(
      ({ placements }) => placements.length < mostPlacements || placements.some(isSame),
    );
    if (batch === undefined) {
      batch = { placements: [], slots: [] };
      batches.push(batch);
    }
    const like = batch.placements.find(isSame);
    if (like === undefined) batch.placements.push({ id, ...shape, count });
    else like.count = Math.min(like.count + count, mostAds);
    batch.slots.push(slot);
  }
  return batches;
}

/**
 * The body of `POST /v1/ads`. Who the visitor is and where it is leave the page only with a choice that may allow it; of the page's
 * address nothing does. Pure.
 */
export function bodyOf(
  { site, page, place, visitor, device, personalised, test }: Config,
  signal: Signal,
  viewId: string,
  userAgent: string,
  placements: readonly object[],
): object {
  const isKnown = personalised !== false && (signal.gdpr === false || signal.consent !== undefined);
  return {
    site,
    test,
    page: { ...page, viewId },
    place: isKnown ? place : { search: place?.search },
    visitor: isKnown ? { ...visitor, ...signal } : undefined,
    device: device ?? { type: deviceType(userAgent) },
    placements,
  };
}

/** From what each request says anyway. */
export function deviceType(userAgent: string): "mobile" | "tablet" | "desktop" {
  if (/Mobi/.test(userAgent)) return "mobile";
  return /Android|Tablet/.test(userAgent) ? "tablet" : "desktop";
}
