import { franceKey } from "../../src/geo/areaKeys.ts";
import type { CompiledZone } from "../../src/geo/types.ts";
import type {
  AdFormat,
  HtmlContent,
  ImageContent,
  NativeContent,
  ServableCampaign,
  ServableCreative,
} from "../../src/targeting/types.ts";

/** All of France, posted at no bucket: what a campaign gets when a test says nothing of its zone. */
export const nationalZone: CompiledZone = {
  bucketLevel: 1,
  bucketCells: [],
  include: { circles: [], polygons: [], areaKeys: [franceKey] },
  exclude: null,
  approximate: false,
  timeZone: "Europe/Paris",
  label: "Toute la France",
};

const contents: Record<AdFormat, NativeContent | ImageContent | HtmlContent> = {
  native: {
    title: "Un artisan près de chez vous",
    text: "Devis gratuit sous 24 heures.",
    callToAction: "Demander un devis",
    imageUrl: "https://images.example/artisan.jpg",
  },
  image: { imageUrl: "https://images.example/banner.jpg", alt: "Un artisan près de chez vous" },
  html: { html: "<p>Un artisan près de chez vous</p>" },
};

/** A creative with everything filled in: native unless told otherwise, 300 × 250 when it has a size. */
export function buildCreative(
  fields: Partial<ServableCreative> & { readonly creativeId: number },
): ServableCreative {
  const format = fields.format ?? "native";
  const sized = format !== "native";
  return {
    format,
    width: sized ? 300 : 0,
    height: sized ? 250 : 0,
    landingUrl: "https://artisan.example/",
    content: contents[format],
    ...fields,
  };
}

export type CampaignFields = Partial<Omit<ServableCampaign, "creatives">> & {
  readonly campaignId: number;
  readonly creatives?: readonly Partial<ServableCreative>[];
};

/** A campaign with everything filled in; see test/golden/README.md for the defaults. */
export function buildCampaign(fields: CampaignFields): ServableCampaign {
  const { campaignId } = fields;
  const advertiserId = fields.advertiserId ?? 1000 + campaignId;
  const creatives = fields.creatives ?? [{}];
  return {
    name: `Campagne ${campaignId}`,
    advertiserId,
    advertiserName: `Commerce ${advertiserId}`,
    payerName: fields.advertiserName ?? `Commerce ${advertiserId}`,
    trade: "",
    status: "active",
    startsAtMs: Date.UTC(2020, 0, 1),
    endsAtMs: null,
    hoursOfWeek: null,
    pricing: "cpm",
    bidMicros: 3_000_000,
    priority: "paid",
    pacing: "asap",
    totalBudgetMicros: null,
    dailyBudgetMicros: null,
    balanceMicros: null,
    placeIntention: "any",
    zone: nationalZone,
    wantedCategories: [],
    avoidedCategories: [],
    wantedKeywords: [],
    avoidedKeywords: [],
    audience: [],
    devices: [],
    frequencyCaps: [],
    clickRate: 0.01,
    clickRateUpper: 0.02,
    viewRate: 0.6,
    ...fields,
    creatives: creatives.map((creative, position) =>
      buildCreative({ creativeId: 10 * campaignId + position, ...creative }),
    ),
  };
}
