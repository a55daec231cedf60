import type { Campaign, CampaignChange } from "../types.ts";

const largestRadiusMeters = 200_000;
const highestBidMicros = 1_000_000_000;
const mostImpressions = 1_000;

export type LeverChange =
  /** One click: the fields to write, and the same fields as they are, to take it back. */
  | { readonly kind: "change"; readonly body: CampaignChange; readonly undo: CampaignChange }
  /** Somebody has to choose: where to do so. */
  | { readonly kind: "page"; readonly page: "edit" | "creatives" };

/**
 * What a lever of the diagnosis changes about a campaign; null = it changes nothing any more (a radius at its limit, a filter
 * that is gone). Pure.
 */
export function leverChange(lever: string, campaign: Campaign): LeverChange | null {
  if (lever === "wider_zone") return { kind: "page", page: "edit" };
  if (lever === "add_creative" || lever === "all_formats")
    return { kind: "page", page: "creatives" };
  const body = bodyOf(lever, campaign);
  return body === null ? null : withUndo(body, campaign);
}

function bodyOf(lever: string, campaign: Campaign): CampaignChange | null {
  const [kind, figure] = /^(radius|bid)_(\d+)$/.exec(lever)?.slice(1) ?? [];
  if (kind === "radius") return widened(campaign, Number(figure));
  if (kind === "bid") return { bidMicros: raised(campaign, Number(figure)) };
  return simple[lever]?.(campaign) ?? null;
}

const simple: Readonly<Record<string, (campaign: Campaign) => CampaignChange>> = {
  cap_double: ({ frequencyCaps }) => ({
    frequencyCaps: frequencyCaps.map((cap) => ({
      ...cap,
      maxImpressions: Math.min(mostImpressions, 2 * cap.maxImpressions),
    })),
  }),
  // Of a page view nobody need be recognised: those stay.
  cap_none: ({ frequencyCaps }) => ({
    frequencyCaps: frequencyCaps.filter(({ window }) => window === "page_view"),
  }),
  any_audience: ({ audience }) => ({
    audience: audience
      .filter(({ multiplier }) => multiplier !== null)
      .map(({ segmentId, multiplier }) => ({ segmentId, minScore: null, multiplier })),
  }),
  all_hours: () => ({ dayparts: [] }),
  all_devices: () => ({ devices: [] }),
  // What it avoids stays avoided.
  all_pages: ({ categories, keywords }) => ({
    categories: { ...categories, include: [] },
    keywords: { ...keywords, include: [] },
  }),
  any_intention: () => ({ placeIntention: "any" }),
};

function widened({ zone }: Campaign, byMeters: number): CampaignChange {
  const include = zone.include.map((area) =>
    area.type === "circle"
      ? { ...area, radiusMeters: Math.min(largestRadiusMeters, area.radiusMeters + byMeters) }
      : area,
  );
  return { zone: { ...zone, include } };
}

/** One impression must cost whole micros. */
function raised({ bidMicros, pricing }: Campaign, percent: number): number {
  const bid = (bidMicros * percent) / 100;
  const whole = pricing === "cpc" ? Math.round(bid) : Math.round(bid / 1_000) * 1_000;
  return Math.min(highestBidMicros, whole);
}

function withUndo(body: CampaignChange, campaign: Campaign): LeverChange | null {
  const undo = presentOf(campaign, body);
  return JSON.stringify(body) === JSON.stringify(undo) ? null : { kind: "change", body, undo };
}

/** The fields that a change names, as the campaign has them: what takes the change back. Pure. */
export function presentOf(campaign: Campaign, body: CampaignChange): CampaignChange {
  const present: Readonly<Record<string, unknown>> = {
    ...campaign,
    audience: campaign.audience.map(({ segment: _slug, ...rule }) => rule),
  };
  return Object.fromEntries(Object.keys(body).map((name) => [name, present[name]]));
}
