import type { Campaign, CampaignChange } from "../types.ts";

/** What the form holds: as people type it. Money in euros, radii in kilometres; "" = empty. */
export interface CampaignForm {
  readonly name: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly dailyEuros: number | "";
  readonly totalEuros: number | "";
  readonly bidEuros: number | "";
  readonly pacing: Campaign["pacing"];
  /** Of the zone's circles, in their order. */
  readonly radiiKilometers: readonly (number | "")[];
}

export type FormField = keyof CampaignForm;

/** Which field of the form each field of the API stands for. */
export const formFields = {
  "/name": "name",
  "/startsOn": "startsOn",
  "/endsOn": "endsOn",
  "/dailyBudgetMicros": "dailyEuros",
  "/totalBudgetMicros": "totalEuros",
  "/bidMicros": "bidEuros",
  "/pacing": "pacing",
  "/zone": "radiiKilometers",
} as const satisfies Readonly<Record<string, FormField>>;

const toEuros = (micros: number | null): number | "" => (micros === null ? "" : micros / 1e6);
const toMicros = (euros: number | ""): number | null =>
  euros === "" ? null : Math.round(euros * 1e6);

/** The form of a campaign as it is. Pure. */
export function formOf(campaign: Campaign): CampaignForm {
  return {
    name: campaign.name,
    startsOn: campaign.startsOn,
    endsOn: campaign.endsOn ?? "",
    dailyEuros: toEuros(campaign.dailyBudgetMicros),
    totalEuros: toEuros(campaign.totalBudgetMicros),
    bidEuros: toEuros(campaign.bidMicros),
    pacing: campaign.pacing,
    radiiKilometers: campaign.zone.include.flatMap((area) =>
      area.type === "circle" ? [area.radiusMeters / 1_000] : [],
    ),
  };
}

/** The fields that somebody changed. Pure. */
export function dirtyFields(base: CampaignForm, now: CampaignForm): readonly FormField[] {
  const names = Object.keys(base) as FormField[];
  return names.filter((name) => JSON.stringify(base[name]) !== JSON.stringify(now[name]));
}

/** The body of the PATCH: only what was changed. What is no number is left to the server to refuse. Pure. */
export function bodyOf(campaign: Campaign, form: CampaignForm): CampaignChange {
  const changed = dirtyFields(formOf(campaign), form);
  const all: Readonly<Record<FormField, CampaignChange>> = {
    name: { name: form.name },
    startsOn: { startsOn: form.startsOn },
    endsOn: { endsOn: form.endsOn === "" ? null : form.endsOn },
    dailyEuros: { dailyBudgetMicros: toMicros(form.dailyEuros) },
    totalEuros: { totalBudgetMicros: toMicros(form.totalEuros) },
    bidEuros: { bidMicros: toMicros(form.bidEuros) ?? 0 },
    pacing: { pacing: form.pacing },
    radiiKilometers: { zone: zoneOf(campaign, form.radiiKilometers) },
  };
  return Object.assign({}, ...changed.map((name) => all[name]));
}

function zoneOf({ zone }: Campaign, radii: CampaignForm["radiiKilometers"]): Campaign["zone"] {
  let circle = 0;
  const include = zone.include.map((area) => {
    if (area.type !== "circle") return area;
    const kilometers = radii[circle++];
    return { ...area, radiusMeters: Math.round(Number(kilometers ?? 0) * 1_000) };
  });
  return { ...zone, include };
}

/**
 * Somebody else has saved meanwhile: what was typed here stays, everything else becomes theirs. Pure.
 */
export function rebase(form: CampaignForm, base: Campaign, theirs: Campaign): CampaignForm {
  const mine = dirtyFields(formOf(base), form);
  const kept = Object.fromEntries(mine.map((name) => [name, form[name]]));
  const radiiStay =
    formOf(theirs).radiiKilometers.length === form.radiiKilometers.length
      ? {}
      : { radiiKilometers: formOf(theirs).radiiKilometers };
  return { ...formOf(theirs), ...kept, ...radiiStay };
}
