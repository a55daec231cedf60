import type { Campaign, CampaignHealth } from "../../../sdk/src/generated.ts";

/** What the list shows of a campaign: asked for by name, so that ten thousand of them are light. */
export const rowFields = [
  "campaignId",
  "advertiserId",
  "name",
  "status",
  "startsOn",
  "endsOn",
  "priority",
  "pricing",
  "bidMicros",
  "totalBudgetMicros",
  "dailyBudgetMicros",
  "zoneLabel",
  "version",
  "createdAt",
  "updatedAt",
] as const satisfies readonly (keyof Campaign)[];

export type ListedCampaign = Pick<Campaign, (typeof rowFields)[number]>;
export type Status = Campaign["status"];
export type Health = CampaignHealth;

/** A campaign of the list with what searching and ordering compare, worked out once. */
export interface Row extends ListedCampaign {
  /** Its name without case and accents. */
  readonly nameKey: string;
}

export const toRow = (campaign: ListedCampaign): Row => ({
  ...pick(campaign),
  nameKey: foldText(campaign.name),
});

/** Only the listed fields, also of a campaign that was read whole. */
function pick(campaign: ListedCampaign): ListedCampaign {
  const entries = rowFields.map((field) => [field, campaign[field]]);
  // The same names with their values.
  return Object.fromEntries(entries) as ListedCampaign;
}

/** Without case, accents and runs of spaces: as the API searches names. Pure. */
export function foldText(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replace(/\s+/g, " ")
    .trim();
}

/** Puts rows in the place of those with the same ids; what is new comes first. Pure. */
export function mergeRows(known: readonly Row[], fresh: readonly Row[]): readonly Row[] {
  if (fresh.length === 0) return known;
  const byId = new Map(fresh.map((row) => [row.campaignId, row]));
  const kept = known.map((row) => {
    const one = byId.get(row.campaignId);
    byId.delete(row.campaignId);
    return one !== undefined && one.version >= row.version ? one : row;
  });
  return [...byId.values(), ...kept];
}

/** Whether something can still be changed of it. */
export const isChangeable = ({ status }: Row): boolean => status !== "ended";
