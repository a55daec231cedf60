import type { BidTracking } from "./bidTypes.ts";
import type { FilledAsset } from "./nativeAssets.ts";
import type { NativeAsk } from "./nativeTypes.ts";

/** Event types and methods of Dynamic Native Ads 1.2. */
const events = { impression: 1, viewableMrc50: 2 } as const;
const imagePixel = 1;

export interface NativeMarkup {
  readonly ask: NativeAsk;
  readonly assets: readonly FilledAsset[];
  readonly tracking: BidTracking;
  /** Of the exchange's macro and our address. */
  readonly click: string;
  readonly landingUrl: string;
  readonly aboutUrl: string | null;
}

/**
 * A native ad as the JSON string of `adm` (Dynamic Native Ads 1.0 to 1.2), with the root "native" where the request had it.
 * The impression is told by `eventtrackers` where the request says which it offers, and by no other; by `imptrackers` before.
 * There is no `jstracker`: a script that is not told which element is the ad can measure nothing of it.
 */
export function nativeMarkup(markup: NativeMarkup): string {
  const { ask, assets, tracking, aboutUrl } = markup;
  const trackers = offersTrackers(ask)
    ? { eventtrackers: eventTrackers(ask, tracking) }
    : { imptrackers: [tracking.impression] };
  const native = {
    ...(ask.version === "1.0" ? {} : { ver: ask.version }),
    assets,
    link: linkOf(markup),
    ...trackers,
    ...(ask.privacy && aboutUrl !== null ? { privacy: aboutUrl } : {}),
  };
  return JSON.stringify(ask.rooted ? { native } : native);
}

function linkOf({ tracking, click, landingUrl }: NativeMarkup): Readonly<Record<string, unknown>> {
  const tracker = tracking.clickTracker ?? null;
  return tracker === null ? { url: click } : { url: landingUrl, clicktrackers: [tracker] };
}

/** Whether a view of the ad would be told to us, which vCPM campaigns live by. */
export function tellsViews(ask: NativeAsk): boolean {
  return offersTrackers(ask) && offers(ask, events.viewableMrc50);
}

function eventTrackers(ask: NativeAsk, tracking: BidTracking): readonly unknown[] {
  const wanted = [
    { event: events.impression, url: tracking.impression },
    { event: events.viewableMrc50, url: tracking.viewable },
  ];
  return wanted
    .filter(({ event }) => offers(ask, event))
    .map(({ event, url }) => ({ event, method: imagePixel, url }));
}

function offersTrackers(ask: NativeAsk): boolean {
  return ask.version === "1.2" && ask.eventTrackers !== null;
}

function offers(ask: NativeAsk, event: number): boolean {
  return (ask.eventTrackers ?? []).some(
    (offered) => offered.event === event && offered.methods.includes(imagePixel),
  );
}
