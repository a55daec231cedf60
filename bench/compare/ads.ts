import { createRandom } from "../../src/demo/random.ts";
import type { Places } from "../../src/geo/places.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";
import { areasOf, campaignsOf, everywhere } from "../support/campaigns.ts";

/**
 * The campaigns of the bench as a simple ad server would keep them: a circle, a value, one category or none, an ad. What else
 * they ask for (dates, hours, devices, audiences, budgets, pacing, consent) none of the compared servers looks at.
 */
export interface PlainAd {
  readonly campaignId: number;
  readonly lat: number;
  readonly lon: number;
  readonly radiusMeters: number;
  /** Micros per thousand views: what they are ranked by. */
  readonly valueMicros: number;
  /** "" = any. */
  readonly category: string;
  readonly advertiserName: string;
  readonly title: string;
  readonly text: string;
  readonly imageUrl: string;
  readonly landingUrl: string;
}

export const comparedCount = 100_000;

export function plainAds(count: number = comparedCount): readonly PlainAd[] {
  const areas = areasOf(count, everywhere);
  return campaignsOf(count, everywhere).map((campaign, index) => {
    const area = areas[index % areas.length];
    if (area?.type !== "circle") throw new Error("plain campaigns stand in circles");
    const { lat, lon, radiusMeters } = area;
    return { lat, lon, radiusMeters, ...plainOf(campaign) };
  });
}

function plainOf(campaign: ServableCampaign): Omit<PlainAd, "lat" | "lon" | "radiusMeters"> {
  const { campaignId, bidMicros, pricing, clickRate, advertiserName, creatives } = campaign;
  const [creative] = creatives;
  if (creative === undefined || !("title" in creative.content))
    throw new Error("the bench's campaigns have a native creative each");
  const { title, text, imageUrl } = creative.content;
  return {
    campaignId,
    valueMicros: pricing === "cpc" ? Math.round(bidMicros * clickRate * 1_000) : bidMicros,
    category: campaign.wantedCategories[0] ?? "",
    advertiserName,
    title,
    text,
    imageUrl,
    landingUrl: creative.landingUrl,
  };
}

export interface PlainRequest {
  readonly lat: number;
  readonly lon: number;
  readonly category: string;
  readonly visitorId: string;
}

/** What the compared servers read of a request for ads; they trust that it is well formed. */
export function readRequest(body: AnyBody, { communes }: Places): PlainRequest {
  const { search } = body.place;
  const commune = search.inseeCode === undefined ? undefined : communes.get(search.inseeCode);
  return {
    lat: commune?.lat ?? search.lat ?? 0,
    lon: commune?.lon ?? search.lon ?? 0,
    category: body.page.category,
    visitorId: body.visitor.id,
  };
}

export interface AnyBody {
  readonly visitor: { readonly id: string };
  readonly place: {
    readonly search: {
      readonly inseeCode?: string;
      readonly lat?: number;
      readonly lon?: number;
    };
  };
  readonly page: { readonly category: string };
}

type ShownAd = Pick<
  PlainAd,
  "campaignId" | "advertiserName" | "title" | "text" | "imageUrl" | "landingUrl"
>;

/** Unsigned: whoever likes may count events of it. */
export function answerOf(ad: ShownAd | null): object {
  if (ad === null) return { ads: [] };
  const { campaignId, landingUrl, ...shown } = ad;
  const token = `${campaignId}-${nextTurn().toString(36)}`;
  return {
    ads: [
      {
        campaignId,
        ...shown,
        impressionUrl: `https://ads.example.fr/t/i/${token}`,
        clickUrl: `https://ads.example.fr/t/c/${token}?to=${encodeURIComponent(landingUrl)}`,
      },
    ],
  };
}

const random = createRandom(5).next;
const nextTurn = (): number => Math.floor(random() * 2 ** 32);
