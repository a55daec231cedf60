import { limits } from "../../../src/campaigns/limits.ts";
import { type Draft, daysBetween, type StepName } from "./draft.ts";
import { zoneOfDraft } from "./zoneOfDraft.ts";

/** What a draft can be wrong in; each has its place on a step's page. */
export type FieldName =
  | "place"
  | "radius"
  | "zone"
  | "excluded"
  | "budget"
  | "startsOn"
  | "endsOn"
  | "shop"
  | "shopName"
  | "trade"
  | "phone"
  | "title"
  | "text"
  | "callToAction"
  | "photo"
  | "landingUrl"
  | "audience";

export const stepOfField: Readonly<Record<FieldName, StepName>> = {
  place: "place",
  radius: "place",
  zone: "place",
  excluded: "place",
  budget: "budget",
  startsOn: "budget",
  endsOn: "budget",
  shop: "ad",
  shopName: "ad",
  trade: "ad",
  phone: "ad",
  title: "ad",
  text: "ad",
  callToAction: "ad",
  photo: "ad",
  landingUrl: "ad",
  audience: "audience",
};

/** The pointers of the API's problems and the field that each is shown at. */
export const fieldOfPointer: Readonly<Record<string, FieldName>> = {
  "/place": "place",
  "/radiusMeters": "radius",
  "/zone": "zone",
  "/zone/exclude": "excluded",
  "/totalBudgetMicros": "budget",
  "/dailyBudgetMicros": "budget",
  "/startsOn": "startsOn",
  "/endsOn": "endsOn",
  "/shop": "shop",
  "/shop/name": "shopName",
  "/shop/trade": "trade",
  "/shop/phone": "phone",
  "/ad/title": "title",
  "/ad/text": "text",
  "/ad/callToAction": "callToAction",
  "/ad/mediaId": "photo",
  "/ad/picture": "photo",
  "/ad/landingUrl": "landingUrl",
  "/audience": "audience",
};

export type ProblemCode =
  | "placeMissing"
  | "shapeMissing"
  | "radiusRange"
  | "budgetMissing"
  | "budgetLeast"
  | "dayMissing"
  | "dayPast"
  | "endBeforeStart"
  | "shopNameMissing"
  | "tradeMissing"
  | "titleMissing"
  | "textMissing"
  | "callToActionMissing"
  | "tooLong"
  | "photoMissing"
  | "landingMissing"
  | "landingShape"
  | "phoneShape";

export type DraftProblems = Readonly<Partial<Record<FieldName, ProblemCode>>>;

/** The smallest budget that is worth a campaign's reading. */
export const leastBudgetMicros = 5_000_000;
export const radiusRange = { least: 1_000, most: 200_000 } as const;

/** All that the server would refuse and that can be known here. Pure. */
export function problemsOfDraft(draft: Draft, today: string): DraftProblems {
  return { ...placeProblems(draft), ...budgetProblems(draft, today), ...adProblems(draft) };
}

function placeProblems(draft: Draft): DraftProblems {
  const { place, base, radiusMeters } = draft;
  const isOut = radiusMeters < radiusRange.least || radiusMeters > radiusRange.most;
  return {
    ...(place === null ? { place: "placeMissing" } : {}),
    ...(base === "circle" && isOut ? { radius: "radiusRange" } : {}),
    ...(base === "shape" && zoneOfDraft(draft) === null ? { zone: "shapeMissing" } : {}),
  };
}

function budgetProblems({ budgetMicros, startsOn, endsOn }: Draft, today: string): DraftProblems {
  const isDay = (day: string) => !Number.isNaN(daysBetween(day, day));
  return {
    ...(budgetMicros === null
      ? { budget: "budgetMissing" }
      : budgetMicros < leastBudgetMicros
        ? { budget: "budgetLeast" }
        : {}),
    ...(!isDay(startsOn)
      ? { startsOn: "dayMissing" }
      : startsOn < today
        ? { startsOn: "dayPast" }
        : {}),
    ...(!isDay(endsOn)
      ? { endsOn: "dayMissing" }
      : endsOn < startsOn
        ? { endsOn: "endBeforeStart" }
        : {}),
  };
}

function adProblems({ shop, ad }: Draft): DraftProblems {
  const { title, text, callToAction, landingUrl, photo } = ad;
  const isNew = shop.advertiserId === null;
  const phone = shop.phone.trim();
  const landing = landingUrl.trim();
  return {
    ...(isNew ? lineProblem("shopName", shop.name, limits.nameCharacters, "shopNameMissing") : {}),
    ...(isNew ? lineProblem("trade", shop.trade, limits.tradeCharacters, "tradeMissing") : {}),
    ...lineProblem("title", title, limits.titleCharacters, "titleMissing"),
    ...lineProblem("text", text, limits.textCharacters, "textMissing"),
    ...lineProblem(
      "callToAction",
      callToAction,
      limits.callToActionCharacters,
      "callToActionMissing",
    ),
    ...(photo === null ? { photo: "photoMissing" } : {}),
    ...(landing === "" && phone === "" ? { landingUrl: "landingMissing" } : {}),
    ...(landing !== "" && !isWebAddress(landing) ? { landingUrl: "landingShape" } : {}),
    ...(phone !== "" && !isFrenchPhone(phone) ? { phone: "phoneShape" } : {}),
  };
}

/** Code points, as the server counts. */
export const lengthOf = (text: string): number => [...text.normalize("NFC").trim()].length;

function lineProblem(
  field: FieldName,
  text: string,
  most: number,
  missing: ProblemCode,
): DraftProblems {
  if (text.trim() === "") return { [field]: missing };
  return lengthOf(text) > most ? { [field]: "tooLong" } : {};
}

function isWebAddress(text: string): boolean {
  if (!/^https:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false;
  return new URL(text).hostname.includes(".");
}

const isFrenchPhone = (text: string): boolean =>
  /^(?:0[1-9]\d{8}|(?:\+|00)(?:33|262|590|594|596|508|687|689)\d{6,9})$/.test(
    text.replace(/[\s.\-()]/g, ""),
  );
