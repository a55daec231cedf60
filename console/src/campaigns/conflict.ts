import type { ChangedFields } from "./bulkPlan.ts";
import type { ListedCampaign } from "./rows.ts";

/** Fields of the list that people change, in the order in which they are told. */
export const comparedFields = [
  "name",
  "status",
  "dailyBudgetMicros",
  "totalBudgetMicros",
  "bidMicros",
  "startsOn",
  "endsOn",
] as const;
export type ComparedField = (typeof comparedFields)[number];

export interface FieldConflict {
  readonly field: ComparedField;
  readonly before: ListedCampaign[ComparedField];
  /** What I wanted, and what is there now. */
  readonly mine: ListedCampaign[ComparedField];
  readonly theirs: ListedCampaign[ComparedField];
}

/** Where my version of a campaign and the one that is there differ; what nobody touched is left out. Pure. */
export function conflictsOf(
  before: ListedCampaign,
  wanted: ChangedFields,
  theirs: ListedCampaign,
): readonly FieldConflict[] {
  const mine: ListedCampaign = { ...before, ...wanted };
  return comparedFields
    .filter((field) => mine[field] !== before[field] || theirs[field] !== before[field])
    .map((field) => ({ field, before: before[field], mine: mine[field], theirs: theirs[field] }));
}
