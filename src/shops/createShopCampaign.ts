import { may, maySeeAdvertiser, requireWriter } from "../campaigns/access.ts";
import { invalidBody } from "../campaigns/problems.ts";
import type { AdvertiserRepository, Caller, StoredAdvertiser } from "../campaigns/repository.ts";
import { nameableBy, resolveAudience, type SaveCampaignDeps } from "../campaigns/saveCampaign.ts";
import type { SaveCreativeDeps } from "../campaigns/saveCreative.ts";
import { type FieldProblem, PublicError } from "../errors.ts";
import type { Places } from "../geo/places.ts";
import type { Zone } from "../geo/types.ts";
import type { StoredMedia } from "../media/mediaRepository.ts";
import { parseShopCampaign } from "./parseShopCampaign.ts";
import {
  type ForecastShop,
  planShopCampaign,
  type ShopPlan,
  type ShopWish,
} from "./planShopCampaign.ts";
import type { ShopCampaignAnswer, ShopCampaignFields } from "./shopCampaignSchema.ts";
import {
  pictureProblems,
  preparePictures,
  type ShopPictures,
  type ShopPicturesDeps,
} from "./shopPictures.ts";
import { type AddressLookup, findShop, type ShopPlace, zoneOfShop } from "./shopPlace.ts";
import { writeShopCampaign } from "./writeShopCampaign.ts";

/** What is kept of a shop besides what every advertiser has; null = not told. */
export interface ShopIdentity {
  readonly siret: string | null;
  readonly phone: string | null;
  readonly address: string | null;
}

export interface ShopCampaignDeps extends ShopPicturesDeps {
  readonly advertisers: AdvertiserRepository;
  readonly saveCampaign: SaveCampaignDeps;
  readonly saveCreative: SaveCreativeDeps;
  readonly places: Places;
  /** Street addresses, where the operator has somebody who knows them; null = nobody. */
  readonly lookUpAddress: AddressLookup | null;
  readonly forecast: ForecastShop;
  /** What is told stays beside what was told before. */
  readonly keepIdentity: (
    advertiserId: number,
    identity: ShopIdentity,
    caller: Caller,
  ) => Promise<ShopIdentity>;
  /** All writes of `work`, or none. */
  readonly inTransaction: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** The page of a shop that has a phone and no site; null = this server has no public https address. */
  readonly shopPageUrl: (advertiserId: number) => string | null;
  /** "YYYY-MM-DD" in Paris. */
  readonly today: () => string;
}

/** All that was found out and made before the first row is written. */
export interface PreparedShop {
  readonly fields: ShopCampaignFields;
  readonly startsOn: string;
  /** Null = to be made. */
  readonly advertiser: StoredAdvertiser | null;
  readonly place: ShopPlace;
  readonly zone: Zone;
  readonly pictures: ShopPictures;
  readonly plan: ShopPlan;
}

/**
 * Makes a shop's whole campaign: advertiser (unless named), photo and banners, campaign with its zone, a creative in each
 * format, all in one transaction; the answer says what it buys. Creatives wait for their review as everywhere. `isDry`: no
 * file is kept, and whoever calls undoes the transaction. Throws PublicError `invalid_body` with every problem, `forbidden`,
 * `conflict` or `unavailable`.
 */
export function createShopCampaign(
  deps: ShopCampaignDeps,
  prepared: PreparedShop,
  caller: Caller,
  isDry: boolean,
): Promise<ShopCampaignAnswer> {
  return deps.inTransaction(() => writeShopCampaign(deps, prepared, caller, isDry));
}

/** All that is found out, forecast and drawn before: seconds, in which no transaction is open. The same faults. */
export async function prepareShopCampaign(
  deps: ShopCampaignDeps,
  body: unknown,
  caller: Caller,
): Promise<PreparedShop> {
  requireWriter(caller);
  const today = deps.today();
  const parsed = parseShopCampaign(body, today);
  const known = await findKnown(deps, body, caller);
  const problems = [...(parsed.ok ? [] : parsed.problems), ...known.problems];
  if (!parsed.ok || problems.length > 0) throw invalidBody(problems);
  const fields = parsed.value;
  const { advertiser, media } = known;
  if (advertiser === null && !may(caller, "accounts")) throw mayNotOpenShops();
  const found = await findZone(deps, fields);
  const outside = await outsideProblems(deps, fields);
  const audience = await audienceOf(deps, fields);
  if (!found.ok || outside.length > 0) {
    throw invalidBody([...(found.ok ? [] : found.problems), ...outside]);
  }
  const source = media === null ? { base64: fields.ad.picture ?? "" } : { media };
  const { title, callToAction } = fields.ad;
  const advertiserName = advertiser?.name ?? fields.shop.name ?? "";
  const pictures = await preparePictures(deps, source, { title, callToAction, advertiserName });
  if (!pictures.ok) throw invalidBody(pictures.problems);
  const { place, zone } = found;
  const startsOn = fields.startsOn ?? today;
  const plan = await planOf(deps, { ...fields, audience }, { place, zone, startsOn });
  return { fields, startsOn, advertiser, place, zone, pictures: pictures.value, plan };
}

const mayNotOpenShops = () =>
  new PublicError("forbidden", "Only an administrator may add an advertiser.", [
    { pointer: "/shop/advertiserId", rule: "is required: one of your advertisers" },
  ]);

interface Known {
  readonly advertiser: StoredAdvertiser | null;
  readonly media: StoredMedia | null;
  readonly problems: readonly FieldProblem[];
}

/** What stores know of what a body names, also where other fields are wrong, so that all problems are told at once. */
async function findKnown(deps: ShopCampaignDeps, body: unknown, caller: Caller): Promise<Known> {
  const advertiserId = idIn(body, "shop", "advertiserId");
  const mediaId = idIn(body, "ad", "mediaId");
  const picture = fieldIn(body, "ad", "picture");
  const read = advertiserId === null ? null : await deps.advertisers.read(advertiserId);
  const advertiser = read !== null && maySeeAdvertiser(caller, read.advertiserId) ? read : null;
  const uploaded = mediaId === null ? null : await deps.media.read(mediaId);
  const media =
    uploaded !== null && uploaded.advertiserId === advertiser?.advertiserId ? uploaded : null;
  const isText = typeof picture === "string" && picture !== "";
  return {
    advertiser,
    media,
    problems: [
      ...(advertiserId !== null && advertiser === null ? [mustExist("/shop/advertiserId")] : []),
      ...(mediaId !== null && advertiserId !== null && media === null
        ? [mustExist("/ad/mediaId")]
        : []),
      ...(isText ? pictureProblems(picture.slice(0, 4_096)) : []),
    ],
  };
}

const mustExist = (pointer: string): FieldProblem => ({ pointer, rule: "must exist" });

function fieldIn(body: unknown, group: string, name: string): unknown {
  return Object(Object(body)[group])[name];
}

/** Null = it names none, or none that could be an id. */
function idIn(body: unknown, group: string, name: string): number | null {
  const id = fieldIn(body, group, name);
  const isId = typeof id === "number" && Number.isInteger(id) && id > 0 && id <= 2_147_483_647;
  return isId ? id : null;
}

/** A shop's first campaign has no list of customers yet. */
const ofNobody = 0;

/** With slugs turned into ids. Throws PublicError `invalid_body` for a segment that nobody knows. */
const audienceOf = async ({ saveCampaign }: ShopCampaignDeps, fields: ShopCampaignFields) =>
  fields.audience.length === 0
    ? []
    : resolveAudience(fields, nameableBy(ofNobody, await saveCampaign.readSegments(), []));

async function findZone(
  deps: ShopCampaignDeps,
  { place, radiusMeters, zone: drawn }: ShopCampaignFields,
) {
  const found = await findShop(place, deps.places, deps.lookUpAddress);
  if (!found.ok) return found;
  const zone = drawn ?? zoneOfShop(found.place, radiusMeters);
  const problems =
    zone === null
      ? [{ pointer: "/radiusMeters", rule: "is required with an address that was found" }]
      : deps.saveCampaign.zones.validateZone(zone).map(({ pointer, rule }) => ({
          pointer: drawn === undefined ? "/place" : `/zone${pointer}`,
          rule,
        }));
  if (zone === null || problems.length > 0) return { ok: false as const, problems };
  return { ok: true as const, place: found.place, zone };
}

/** What only a name server knows, and whether a phone alone will do here. */
async function outsideProblems(
  { saveCreative, shopPageUrl }: ShopCampaignDeps,
  { ad: { landingUrl } }: ShopCampaignFields,
): Promise<readonly FieldProblem[]> {
  if (landingUrl === undefined) {
    if (shopPageUrl(1) !== null) return [];
    const rule = "is required: this server has no public https address for a page of the shop";
    return [{ pointer: "/ad/landingUrl", rule }];
  }
  const isPrivate = (await saveCreative.leadsPrivately?.(landingUrl)) ?? false;
  if (!isPrivate) return [];
  return [{ pointer: "/ad/landingUrl", rule: "must not lead to a private or reserved address" }];
}

function planOf(
  { forecast }: ShopCampaignDeps,
  fields: Omit<ShopCampaignFields, "audience"> & Pick<ShopWish, "audience">,
  { place, zone, startsOn }: Pick<PreparedShop, "place" | "zone" | "startsOn">,
): Promise<ShopPlan> {
  const { radiusMeters, categories, dailyBudgetMicros, totalBudgetMicros, endsOn } = fields;
  const zoneOf = (radius: number | null): Zone =>
    radius === radiusMeters ? zone : (zoneOfShop(place, radius) ?? zone);
  const bidMicros = fields.bidMicros ?? null;
  const budgets = { dailyBudgetMicros, totalBudgetMicros };
  const wanted = { categories, audience: fields.audience, bidMicros, ...budgets, startsOn, endsOn };
  const isDrawn = fields.zone !== undefined;
  return planShopCampaign({ zoneOf, radiusMeters, isDrawn, ...wanted }, forecast);
}
