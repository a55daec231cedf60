import { audienceProblems } from "../campaigns/campaignSchema.ts";
import { type Parsed, parseFields } from "../campaigns/problems.ts";
import type { FieldProblem } from "../errors.ts";
import { type ShopCampaignFields, shopCampaignSchema } from "./shopCampaignSchema.ts";

type Given = Partial<ShopCampaignFields>;
type Problems = readonly FieldProblem[];

/** Checks what a shop asks for, but for what only stores know. Every problem at once. Pure. */
export function parseShopCampaign(body: unknown, today: string): Parsed<ShopCampaignFields> {
  return parseFields(shopCampaignSchema, body, (fields) => [
    ...shopProblems(fields),
    ...placeProblems(fields),
    ...adProblems(fields),
    ...audienceProblems({ audience: fields.audience }),
    ...moneyProblems(fields),
    ...dateProblems(fields, today),
  ]);
}

const problemIf = (isBroken: boolean, pointer: string, rule: string): Problems =>
  isBroken ? [{ pointer, rule }] : [];

function shopProblems({ shop, place }: Given): Problems {
  if (shop === undefined) return [];
  const isKnown = shop.advertiserId !== undefined;
  const described = (["name", "trade", "payerName"] as const).filter(
    (it) => shop[it] !== undefined,
  );
  return [
    ...(isKnown
      ? described.flatMap((it) =>
          problemIf(true, `/shop/${it}`, "belongs to a new shop, not beside advertiserId"),
        )
      : (["name", "trade"] as const).flatMap((it) =>
          problemIf(shop[it] === undefined, `/shop/${it}`, "is required for a new shop"),
        )),
    ...problemIf(
      shop.siret !== undefined && place !== undefined && place.address === undefined,
      "/place/address",
      "is required with a SIRET",
    ),
  ];
}

function placeProblems({ place, radiusMeters, zone }: Given): Problems {
  if (place === undefined) return [];
  const { lat, lon } = place;
  return [
    ...problemIf(lat === undefined && lon !== undefined, "/place/lat", "is required with lon"),
    ...problemIf(lon === undefined && lat !== undefined, "/place/lon", "is required with lat"),
    ...problemIf(
      lat !== undefined && lon !== undefined && radiusMeters === null && zone === undefined,
      "/radiusMeters",
      "is required with a pin",
    ),
    ...problemIf(
      zone !== undefined && radiusMeters != null,
      "/radiusMeters",
      "must not stand beside a zone, which says it all",
    ),
  ];
}

function adProblems({ ad, shop }: Given): Problems {
  if (ad === undefined) return [];
  const { mediaId, picture } = ad;
  const pictures = [mediaId, picture].filter((it) => it !== undefined).length;
  const isKnown = shop?.advertiserId !== undefined;
  return [
    ...problemIf(pictures !== 1, "/ad/picture", "picture or mediaId is required, and not both"),
    ...problemIf(
      mediaId !== undefined && shop !== undefined && !isKnown,
      "/ad/mediaId",
      "needs shop.advertiserId: a new shop has no pictures yet",
    ),
    ...problemIf(
      ad.landingUrl === undefined && shop !== undefined && shop.phone === undefined,
      "/ad/landingUrl",
      "is required unless the shop has a phone",
    ),
  ];
}

function moneyProblems(fields: Given): Problems {
  const { totalBudgetMicros: total, dailyBudgetMicros: daily, endsOn, bidMicros } = fields;
  if (total === undefined || daily === undefined) return [];
  const least = (bidMicros ?? 0) / 1_000;
  const isTooSmall = (budget: number | null) => budget !== null && budget < least;
  return [
    ...problemIf(
      total === null && daily === null,
      "/totalBudgetMicros",
      "a total or a daily budget is required",
    ),
    ...problemIf(
      total !== null && daily !== null && total < daily,
      "/totalBudgetMicros",
      "must not be less than dailyBudgetMicros",
    ),
    ...problemIf(
      total !== null && daily === null && endsOn === null,
      "/endsOn",
      "is required with a total budget alone",
    ),
    ...problemIf(isTooSmall(total), "/totalBudgetMicros", `must cover one view (${least})`),
    ...problemIf(isTooSmall(daily), "/dailyBudgetMicros", `must cover one view (${least})`),
  ];
}

function dateProblems({ startsOn, endsOn }: Given, today: string): Problems {
  const first = startsOn ?? today;
  return [
    ...problemIf(first < today, "/startsOn", "must not be in the past"),
    ...problemIf(endsOn != null && endsOn < first, "/endsOn", "must not be before startsOn"),
  ];
}
