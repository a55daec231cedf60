import type { ForecastInput, ShopCampaignInput } from "../../../sdk/src/generated.ts";
import { type Draft, daysBetween } from "./draft.ts";
import { isPlainZone, zoneOfDraft } from "./zoneOfDraft.ts";

/** The longest period that is forecast. */
const mostDays = 92;

/** What `POST /v1/shop-campaigns` is asked, of a draft with a place and a photo. Pure. */
export function bodyOfDraft(draft: Draft): ShopCampaignInput {
  const { shop, ad, bidMicros, budgetMicros, startsOn, endsOn } = draft;
  const { advertiserId, phone } = shop;
  const { title, text, callToAction, landingUrl, photo } = ad;
  return {
    shop: {
      ...(advertiserId === null ? { name: shop.name, trade: shop.trade } : { advertiserId }),
      ...(phone.trim() === "" ? {} : { phone }),
    },
    place: placeOf(draft),
    ...areaOf(draft),
    totalBudgetMicros: budgetMicros,
    startsOn,
    endsOn,
    ad: {
      title,
      text,
      callToAction,
      ...(photo === null ? {} : { mediaId: photo.mediaId }),
      ...(landingUrl.trim() === "" ? {} : { landingUrl }),
    },
    audience: audienceOf(draft),
    ...(bidMicros === null ? {} : { bidMicros }),
  };
}

function placeOf({ place, pin, address }: Draft): ShopCampaignInput["place"] {
  const told = address === null ? {} : { address };
  if (pin !== null) return { ...told, lat: pin.lat, lon: pin.lon };
  if (place === null) return told;
  const { kind, code, lat, lon } = place;
  if (kind === "commune") return { ...told, inseeCode: code };
  return kind === "postalCode" ? { ...told, postalCode: code } : { ...told, lat, lon };
}

function areaOf(draft: Draft): Pick<ShopCampaignInput, "zone" | "radiusMeters"> {
  const zone = zoneOfDraft(draft);
  if (zone !== null && !isPlainZone(draft)) return { zone };
  return { radiusMeters: draft.base === "circle" ? draft.radiusMeters : null };
}

/** Whom a campaign prefers (they are worth twice as much to it), or the only ones that it is shown to. */
export function audienceOf({ segments, segmentMode }: Pick<Draft, "segments" | "segmentMode">) {
  return segments.map((segment) =>
    segmentMode === "only" ? { segment, minScore: 0.5 } : { segment, multiplier: 2 },
  );
}

/** A forecast's question without its bid. */
export type Question = Omit<ForecastInput, "bidMicros">;

/** What a draft asks of the forecast; null = it has no zone or no days yet. A long period is cut, with its part of the budget. */
export function questionOfDraft(draft: Draft): Question | null {
  const zone = zoneOfDraft(draft);
  const days = daysBetween(draft.startsOn, draft.endsOn);
  if (zone === null || !(days >= 1)) return null;
  const { startsOn, endsOn, budgetMicros } = draft;
  const asked = Math.min(days, mostDays);
  return {
    zone,
    startsOn,
    endsOn:
      asked === days
        ? endsOn
        : new Date(Date.parse(startsOn) + (asked - 1) * 86_400_000).toISOString().slice(0, 10),
    totalBudgetMicros: budgetMicros === null ? null : Math.round((budgetMicros * asked) / days),
    audience: audienceOf(draft),
  };
}

/** Micros that a day may cost. */
export function dailyMicros({ budgetMicros, startsOn, endsOn }: Draft): number {
  const days = Math.max(1, daysBetween(startsOn, endsOn) || 1);
  return (budgetMicros ?? 0) / days;
}
