import type { Random } from "../random.ts";

/** The addresses of one shown ad. */
export interface AdTracking {
  readonly impression: string;
  readonly viewable: string;
  readonly click: string;
}

/** Something that somebody does with an ad, so long after its answer. */
export interface AdEvent {
  readonly afterMs: number;
  readonly url: string;
}

/** Not every answer is scrolled to, not everything that is drawn stays in sight, few ads are clicked. */
const drawnShare = 0.94;
const seenShare = 0.68;
const clickedShare = 0.014;

/**
 * What becomes of one ad: drawn at once, in sight for a second on end (later than a page can truly say so), now and then
 * clicked, some seconds later.
 */
export function followAd(tracking: AdTracking, random: Random): readonly AdEvent[] {
  if (!random.chance(drawnShare)) return [];
  const drawnMs = random.integer(80, 900);
  const events: AdEvent[] = [{ afterMs: drawnMs, url: tracking.impression }];
  if (!random.chance(seenShare)) return events;
  const seenMs = drawnMs + random.integer(1_100, 4_000);
  events.push({ afterMs: seenMs, url: tracking.viewable });
  if (random.chance(clickedShare))
    events.push({ afterMs: seenMs + random.integer(700, 9_000), url: tracking.click });
  return events;
}

/** The ads of an answer of `POST /v1/ads`; none of anything else. */
export function adsOfAnswer(answer: unknown): readonly AdTracking[] {
  const { placements } = (answer ?? {}) as { readonly placements?: unknown };
  if (!Array.isArray(placements)) return [];
  return placements.flatMap(({ ads }: { readonly ads?: unknown }) =>
    Array.isArray(ads) ? ads.flatMap(trackingOf) : [],
  );
}

function trackingOf({
  tracking,
}: {
  readonly tracking?: Partial<AdTracking>;
}): readonly AdTracking[] {
  const { impression, viewable, click } = tracking ?? {};
  return impression === undefined || viewable === undefined || click === undefined
    ? []
    : [{ impression, viewable, click }];
}
