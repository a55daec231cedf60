import { z } from "zod";
import type { FieldProblem } from "../errors.ts";
import { contentCodes } from "./contentRules/contentRule.ts";
import {
  calendarDay,
  categoryPath,
  checkedText,
  type DeepReadonly,
  distinctList,
  entityId,
  lineOfText,
  lowerCaseText,
} from "./fieldTypes.ts";
import { limits } from "./limits.ts";
import { type Parsed, parseFields } from "./problems.ts";
import { sspName } from "./sspSchema.ts";
import { zoneSchema } from "./zoneSchema.ts";

const daypart = z
  .strictObject({
    weekdays: distinctList(z.int().min(1).max(7), 7).min(1),
    fromHour: z.int().min(0).max(23),
    toHour: z.int().min(1).max(24),
  })
  .meta({ title: "Daypart" });

const frequencyCap = z
  .strictObject({
    per: z.enum(["campaign", "advertiser"]),
    maxImpressions: z.int().min(1).max(1_000),
    /** Either a time, or the page view: exactly one of the two. */
    windowSeconds: z.int().min(60).max(2_592_000).optional(),
    window: z.literal("page_view").optional(),
  })
  .meta({ title: "FrequencyCap" });

/** As the exchange writes it in its bid requests. */
const deal = z
  .strictObject({
    ssp: checkedText(
      (text) => text.trim().toLowerCase(),
      (text) => (sspName.test(text) ? null : 'must be the name of an SSP such as "demo"'),
    ),
    id: lineOfText(limits.dealCharacters),
  })
  .meta({ title: "CampaignDeal" });

/** A segment's slug, "achat-auto". */
export const segmentSlug = () =>
  checkedText(
    (text) => text.trim(),
    (text) =>
      text.length <= 60 && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text)
        ? null
        : 'must be a slug such as "achat-auto" of at most 60 characters',
  ).meta({ pattern: "^[a-z0-9]+(?:-[a-z0-9]+)*$", maxLength: 60 });

const audienceRule = z
  .strictObject({
    segmentId: entityId().optional(),
    segment: segmentSlug().optional(),
    minScore: z.number().min(0).max(1).nullable().default(null),
    multiplier: z.number().min(1).max(3).nullable().default(null),
  })
  .meta({ title: "AudienceRuleInput" });

const budget = () =>
  z.int().min(limits.minBudgetMicros).max(limits.maxBudgetMicros).nullable().default(null);

const wantedAndNot = <Item extends z.ZodType>(item: Item, maxItems: number) =>
  z
    .strictObject({
      include: distinctList(item, maxItems).default([]),
      exclude: distinctList(item, maxItems).default([]),
    })
    .default({ include: [], exclude: [] });

/** A campaign as it is written by people: validator, type and API description in one. */
export const campaignSchema = z
  .strictObject({
    advertiserId: entityId(),
    name: lineOfText(limits.nameCharacters),
    status: z.enum(["draft", "active", "paused", "ended"]).default("draft"),
    startsOn: calendarDay(),
    endsOn: calendarDay().nullable().default(null),
    dayparts: z.array(daypart).max(limits.dayparts).default([]),
    pricing: z.enum(["cpm", "vcpm", "cpc"]),
    bidMicros: z.int().min(0).max(limits.maxCpmBidMicros),
    totalBudgetMicros: budget(),
    dailyBudgetMicros: budget(),
    pacing: z.enum(["even", "asap", "front_loaded"]).default("even"),
    priority: z.enum(["guaranteed", "paid", "house"]).default("paid"),
    frequencyCaps: z.array(frequencyCap).max(limits.frequencyCaps).default([]),
    zone: zoneSchema,
    placeIntention: z.enum(["any", "searches_here", "is_here", "lives_here"]).default("any"),
    categories: wantedAndNot(categoryPath(), limits.categories),
    keywords: wantedAndNot(lowerCaseText(limits.keywordCharacters), limits.keywords),
    audience: z.array(audienceRule).max(limits.audienceRules).default([]),
    devices: distinctList(z.enum(["mobile", "tablet", "desktop", "tv", "other"]), 5).default([]),
    deals: z.array(deal).max(limits.deals).default([]),
    /** False: at exchanges by its deals only. Pages of our own sites are no auction. */
    openAuction: z.boolean().default(true),
    /** What it is about, where the law has rules for that: besides what the shop's trade tells. */
    contentCategories: distinctList(z.enum(contentCodes), contentCodes.length).default([]),
    /** Of the new cars that it is about: their class of CO₂ emissions. */
    co2Class: z.enum(["A", "B", "C", "D", "E", "F", "G"]).nullable().default(null),
    /** How its creatives take turns: all alike, by their weights, or the more the better they are clicked. */
    creativeRotation: z.enum(["even", "weighted", "auto"]).default("even"),
    /** Whether clicks arrive with utm_source, utm_medium and utm_campaign, where the landing page has none of its own. */
    utmTagging: z.boolean().default(true),
  })
  .meta({ title: "CampaignInput" });

export type CampaignFields = DeepReadonly<z.output<typeof campaignSchema>>;
/** What a caller may leave out is optional here. */
export type CampaignInput = DeepReadonly<z.input<typeof campaignSchema>>;

/** Checks a campaign (not yet its zone's places nor its segments' existence). Every problem at once. Pure. */
export function parseCampaign(body: unknown): Parsed<CampaignFields> {
  return parseFields(campaignSchema, body, (fields) => [
    ...dateProblems(fields),
    ...bidProblems(fields),
    ...budgetProblems(fields),
    ...listProblems(fields),
    ...audienceProblems(fields),
  ]);
}

type Rules = (fields: Partial<CampaignFields>) => readonly FieldProblem[];

/** A problem when the condition holds. */
const problemIf = (isBroken: boolean, pointer: string, rule: string): readonly FieldProblem[] =>
  isBroken ? [{ pointer, rule }] : [];

const dateProblems: Rules = ({ startsOn, endsOn }) => {
  const isBackwards =
    startsOn !== undefined && endsOn !== undefined && endsOn !== null && endsOn < startsOn;
  return problemIf(isBackwards, "/endsOn", "must not be before startsOn");
};

const bidProblems: Rules = ({ pricing, bidMicros, priority }) => {
  if (bidMicros === undefined) return [];
  const mayBeFree = priority === "house" || priority === undefined;
  return [
    ...problemIf(
      !mayBeFree && bidMicros < limits.minBidMicros,
      "/bidMicros",
      `must be at least ${limits.minBidMicros}, except for house campaigns`,
    ),
    ...problemIf(
      pricing === "cpc" && bidMicros > limits.maxCpcBidMicros,
      "/bidMicros",
      `must be at most ${limits.maxCpcBidMicros} for a click`,
    ),
    ...problemIf(
      pricing !== undefined && pricing !== "cpc" && bidMicros % 1_000 !== 0,
      "/bidMicros",
      `must be a multiple of 1000 for ${pricing}, so that one impression costs whole micros`,
    ),
  ];
};

const budgetProblems: Rules = (fields) => {
  const {
    totalBudgetMicros: total,
    dailyBudgetMicros: daily,
    priority,
    pricing,
    bidMicros,
  } = fields;
  if (total === undefined || daily === undefined) return [];
  const hasNone = total === null && daily === null;
  const chargeMicros =
    bidMicros === undefined ? 0 : pricing === "cpc" ? bidMicros : bidMicros / 1_000;
  const isTooSmall = (budget: number | null) =>
    pricing !== undefined && budget !== null && budget < chargeMicros;
  const rule = `must cover one ${pricing === "cpc" ? "click" : "impression"} (${chargeMicros})`;
  return [
    ...problemIf(
      hasNone && priority !== undefined && priority !== "house",
      "/totalBudgetMicros",
      "a total or a daily budget is required, except for house campaigns",
    ),
    ...problemIf(
      total !== null && daily !== null && total < daily,
      "/totalBudgetMicros",
      "must not be less than dailyBudgetMicros",
    ),
    ...problemIf(isTooSmall(total), "/totalBudgetMicros", rule),
    ...problemIf(isTooSmall(daily), "/dailyBudgetMicros", rule),
  ];
};

const listProblems: Rules = ({ dayparts = [], frequencyCaps = [], deals = [] }) => [
  ...dayparts.flatMap(({ fromHour, toHour }, index) =>
    problemIf(toHour <= fromHour, `/dayparts/${index}/toHour`, "must be after fromHour"),
  ),
  ...frequencyCaps.flatMap(({ windowSeconds, window }, index) =>
    problemIf(
      (windowSeconds === undefined) === (window === undefined),
      `/frequencyCaps/${index}`,
      "windowSeconds or window is required, and not both",
    ),
  ),
  ...repeated(
    frequencyCaps.map((cap) => `${cap.per} ${cap.window ?? cap.windowSeconds}`),
    "/frequencyCaps",
    "another cap has the same window",
  ),
  ...repeated(
    deals.map(({ ssp, id }) => `${ssp} ${id}`),
    "/deals",
    "must not be repeated",
  ),
];

/** Also what a shop's campaign in one call is asked of its audience. */
export const audienceProblems: Rules = ({ audience = [] }) => [
  ...audience.flatMap((rule, index) => [
    ...problemIf(
      rule.segmentId === undefined && rule.segment === undefined,
      `/audience/${index}`,
      "segmentId or segment is required",
    ),
    ...problemIf(
      rule.minScore === null && rule.multiplier === null,
      `/audience/${index}`,
      "minScore or multiplier is required",
    ),
  ]),
];

function repeated(keys: readonly string[], pointer: string, rule: string): readonly FieldProblem[] {
  return keys.flatMap((key, index) =>
    problemIf(keys.indexOf(key) !== index, `${pointer}/${index}`, rule),
  );
}
