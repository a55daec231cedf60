import { mentionsOf } from "../campaigns/contentRules/judge.ts";
import { limits } from "../campaigns/limits.ts";
import type {
  Caller,
  StoredAdvertiser,
  StoredCampaign,
  StoredCreative,
} from "../campaigns/repository.ts";
import { createAdvertiser } from "../campaigns/saveAdvertiser.ts";
import { createCampaign } from "../campaigns/saveCampaign.ts";
import { createCreative } from "../campaigns/saveCreative.ts";
import { drawnSizes } from "../media/bannerLayout.ts";
import { mentionTexts } from "../targeting/mentions.ts";
import type { PreparedShop, ShopCampaignDeps, ShopIdentity } from "./createShopCampaign.ts";
import type { ShopCampaignAnswer } from "./shopCampaignSchema.ts";
import { type KeptPictures, keepPictures, type ShopPictures } from "./shopPictures.ts";
import { priceWords, shopSummary, shopWarnings } from "./shopSentences.ts";

/** Writes what was prepared; to be called in one transaction. Throws what each of the writes throws. */
export async function writeShopCampaign(
  deps: ShopCampaignDeps,
  prepared: PreparedShop,
  caller: Caller,
  isDry: boolean,
): Promise<ShopCampaignAnswer> {
  const { fields, pictures } = prepared;
  const advertiser = prepared.advertiser ?? (await openShop(deps, prepared, caller));
  const { advertiserId } = advertiser;
  const owner = ownerOf(caller, advertiserId);
  const { siret = null, phone = null } = fields.shop;
  const { address = null } = fields.place;
  const identity = await deps.keepIdentity(advertiserId, { siret, phone, address }, owner);
  const name = fields.ad.title;
  const kept = await keepPictures(deps, pictures, advertiserId, { caller: owner, isDry, name });
  const campaign = await createCampaign(
    deps.saveCampaign,
    campaignOf(prepared, advertiserId),
    owner,
  );
  const creatives: StoredCreative[] = [];
  for (const body of creativesOf(deps, prepared, campaign, kept)) {
    // Where its page leads was looked up before, once for all.
    const { leadsPrivately: _asked, ...saveCreative } = deps.saveCreative;
    creatives.push(await createCreative(saveCreative, body, owner));
  }
  return toAnswer(prepared, { advertiser, identity, campaign, creatives }, isDry);
}

/** Who has just made an advertiser sees it, as the next request would find. */
function ownerOf(caller: Caller, advertiserId: number): Caller {
  const { advertiserIds } = caller;
  if (advertiserIds === null || advertiserIds.includes(advertiserId)) return caller;
  return { ...caller, advertiserIds: [...advertiserIds, advertiserId] };
}

function openShop(
  { advertisers }: ShopCampaignDeps,
  { fields: { shop } }: PreparedShop,
  caller: Caller,
): Promise<StoredAdvertiser> {
  const { name, trade, payerName = null } = shop;
  return createAdvertiser(advertisers, { name, trade, payerName }, caller);
}

function campaignOf({ fields, startsOn, zone, plan }: PreparedShop, advertiserId: number) {
  const { ad, endsOn, totalBudgetMicros, dailyBudgetMicros, launch } = fields;
  const { categories, audience } = fields;
  return {
    advertiserId,
    name: ad.title,
    status: launch ? "active" : "draft",
    startsOn,
    endsOn,
    pricing: "cpm",
    bidMicros: plan.bidMicros,
    totalBudgetMicros,
    dailyBudgetMicros,
    zone,
    categories: { include: categories, exclude: [] },
    audience,
  };
}

function creativesOf(
  { shopPageUrl }: ShopCampaignDeps,
  { fields: { ad }, pictures }: PreparedShop,
  { campaignId, advertiserId }: StoredCampaign,
  { photo, banners }: KeptPictures,
): readonly object[] {
  const { title, text, callToAction } = ad;
  const landingUrl = ad.landingUrl ?? shopPageUrl(advertiserId);
  const common = { campaignId, landingUrl };
  const alt = `${title} – ${pictures.words.advertiserName}`.slice(0, limits.altCharacters).trim();
  return [
    { ...common, format: "native", title, text, callToAction, mediaId: photo.mediaId },
    ...drawnSizes.map(([width, height]) => ({
      ...common,
      format: "image",
      width,
      height,
      alt,
      mediaId: banners.mediaId,
    })),
  ];
}

interface Written {
  readonly advertiser: StoredAdvertiser;
  readonly identity: ShopIdentity;
  readonly campaign: StoredCampaign;
  readonly creatives: readonly StoredCreative[];
}

function toAnswer(prepared: PreparedShop, written: Written, isDry: boolean): ShopCampaignAnswer {
  const { fields, plan, place, pictures } = prepared;
  const { advertiser, identity, campaign, creatives } = written;
  const { status, startsOn, endsOn, totalBudgetMicros, dailyBudgetMicros, zone, zoneLabel } =
    campaign;
  const { siret, phone } = identity;
  const { advertiserId, name, trade, balanceMicros } = advertiser;
  const isNew = prepared.advertiser === null;
  const isApproved = creatives.every(({ review }) => review.status === "approved");
  const budgets = { totalBudgetMicros, dailyBudgetMicros };
  const isDraft = status === "draft";
  const story = { title: fields.ad.title, zoneLabel, startsOn, endsOn, ...budgets };
  const facts = {
    hasAddress: fields.place.address !== undefined,
    isBalanceEmpty: balanceMicros === 0,
  };
  const advertiserIdTold = isDry && isNew ? null : advertiserId;
  const { bidMicros, recommended, forecast } = plan;
  const recommendedBidMicros = recommended?.bidMicros ?? null;
  return {
    advertiser: { advertiserId: advertiserIdTold, isNew, name, trade, siret, phone },
    campaign: {
      campaignId: isDry ? null : campaign.campaignId,
      status: isDraft ? "draft" : "active",
      ...{ startsOn, endsOn, ...budgets, zone, zoneLabel },
    },
    place: { lat: place.lat, lon: place.lon, centre: place.centre },
    creatives: creatives.map((creative) => toCreative(creative, pictures, isDry)),
    price: { pricing: "cpm", bidMicros, recommendedBidMicros, ...priceWords(plan) },
    forecast,
    mentions: mentionTexts(
      mentionsOf({ trade, contentCategories: [], co2Class: null, licences: [] }),
      0,
    ),
    warnings: [...shopWarnings(plan, place, facts)],
    summary: shopSummary({ ...story, plan, isDraft, isApproved }),
  };
}

function toCreative(
  creative: StoredCreative,
  { drawn }: ShopPictures,
  isDry: boolean,
): ShopCampaignAnswer["creatives"][number] {
  if (creative.format === "html") throw new Error("a shop's creative is HTML");
  const { creativeId, format, imageUrl, review } = creative;
  const size =
    format === "image"
      ? { width: creative.width, height: creative.height }
      : { width: creative.imageWidth, height: creative.imageHeight };
  const picture = drawn.find(
    (it) => it.format === "jpg" && it.width === size.width && it.height === size.height,
  );
  const preview =
    isDry && picture !== undefined
      ? `data:image/jpeg;base64,${Buffer.from(picture.bytes).toString("base64")}`
      : null;
  return {
    creativeId: isDry ? null : creativeId,
    format,
    ...size,
    imageUrl: isDry ? null : imageUrl,
    preview,
    review: review.status,
  };
}
