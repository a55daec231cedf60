import type { LatLon, ZoneArea } from "../../../src/geo/types.ts";

/** What somebody has entered of a campaign that does not exist yet. Plain data: it is kept in the browser as JSON. */
export interface Draft {
  readonly version: 1;
  readonly step: StepName;
  readonly place: ChosenPlace | null;
  /** As it was written, when it was more than a place's name: "12 rue des Arènes, 87000 Limoges". */
  readonly address: string | null;
  /** The circle's middle once it was moved by hand; null = the place's own point. */
  readonly pin: LatLon | null;
  readonly base: ZoneBase;
  readonly radiusMeters: number;
  /** Corners of what was drawn, in the order of drawing, not closed. */
  readonly corners: readonly LatLon[];
  readonly added: readonly NamedArea[];
  readonly excluded: readonly NamedArea[];
  readonly budgetMicros: number | null;
  readonly startsOn: string;
  readonly endsOn: string;
  /** A bid of one's own; null = the recommended one. */
  readonly bidMicros: number | null;
  readonly shop: DraftShop;
  readonly ad: DraftAd;
  /** Slugs. */
  readonly segments: readonly string[];
  readonly segmentMode: "prefer" | "only";
  /** Makes one campaign of however many tries; a new one for another body. */
  readonly sending: { readonly key: string; readonly body: string } | null;
}

export const steps = ["place", "budget", "ad", "audience", "summary"] as const;
export type StepName = (typeof steps)[number];

/** A radius around, the place itself, or what was drawn. */
export type ZoneBase = "circle" | "place" | "shape";

export interface ChosenPlace {
  readonly kind: "commune" | "postalCode" | "departement" | "region";
  readonly code: string;
  readonly label: string;
  readonly lat: number;
  readonly lon: number;
}

export interface NamedArea {
  readonly label: string;
  readonly area: ZoneArea;
}

export interface DraftShop {
  /** Null = a new one. */
  readonly advertiserId: number | null;
  readonly name: string;
  readonly trade: string;
  readonly phone: string;
}

export interface DraftAd {
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
  readonly landingUrl: string;
  readonly photo: DraftPhoto | null;
}

export interface DraftPhoto {
  readonly mediaId: number;
  readonly advertiserId: number;
  readonly name: string;
  /** Of this server, without its origin. */
  readonly url: string;
}

/** What one may begin with: a fortnight, 100 € and 10 km. `today` is "YYYY-MM-DD" in Paris. */
export function newDraft(today: string): Draft {
  return {
    version: 1,
    step: "place",
    place: null,
    address: null,
    pin: null,
    base: "circle",
    radiusMeters: 10_000,
    corners: [],
    added: [],
    excluded: [],
    budgetMicros: 100_000_000,
    startsOn: today,
    endsOn: addDays(today, 13),
    bidMicros: null,
    shop: { advertiserId: null, name: "", trade: "", phone: "" },
    ad: { title: "", text: "", callToAction: "En savoir plus", landingUrl: "", photo: null },
    segments: [],
    segmentMode: "prefer",
    sending: null,
  };
}

/** Whether anything was entered that would be missed. */
export function isBegun({ place, shop, ad }: Draft): boolean {
  return place !== null || shop.name !== "" || ad.title !== "" || ad.text !== "";
}

const dayMs = 86_400_000;

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

/** Days from the first to the last, both counted; NaN where one is no day. */
export function daysBetween(startsOn: string, endsOn: string): number {
  const [from, to] = [startsOn, endsOn].map((day) => Date.parse(`${day}T00:00:00Z`));
  return Math.round(((to ?? Number.NaN) - (from ?? Number.NaN)) / dayMs) + 1;
}

const parisDay = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris", dateStyle: "short" });

/** The budget day of an instant. */
export function dayInParis(nowMs: number): string {
  return parisDay.format(nowMs);
}
