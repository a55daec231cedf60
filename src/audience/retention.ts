/**
 * How long the lake keeps what names somebody: the limits that the CNIL usually accepts. Months are those of UTC, "2026-06";
 * a month is dealt with whole, once its first instant has reached the limit, so that nothing is ever older.
 */

/** Identifiers (visitor and account keys) live so long. */
export const identifierMonths = 13;
/** Rows that each tell of one visitor live so long; older history is aggregates. */
export const visitorRowMonths = 25;
/** Fewer people are never told of, and are no audience. */
export const minimumPeople = 50;

/** "2026-06": a month of UTC. */
export type LakeMonth = string;

export interface RetentionRule {
  /** Identifiers are taken out of rows of so many months; null = the rows go before. */
  readonly blankAfterMonths: number | null;
  /** Rows are dropped after so many months. */
  readonly dropAfterMonths: number;
  /** They are added to the aggregates before anything is taken out of them. */
  readonly isAggregated: boolean;
}

/** By the schema of the event. Each published schema whose rows name somebody stands here: a test says so. */
const rules: Readonly<Record<string, RetentionRule>> = {
  "page_activity.v1": {
    blankAfterMonths: identifierMonths,
    dropAfterMonths: visitorRowMonths,
    isAggregated: true,
  },
  // A row is nothing but identifiers.
  "identity_link.v1": {
    blankAfterMonths: null,
    dropAfterMonths: identifierMonths,
    isAggregated: false,
  },
};

const identifyingColumns = ["visitor_key", "account_key"];

/** Those of some columns that name somebody. */
export function identifiersAmong(columns: readonly { readonly name: string }[]): readonly string[] {
  const names = columns.map(({ name }) => name);
  return identifyingColumns.filter((name) => names.includes(name));
}

/** The rule of a schema; null = its rows name nobody. Throws for a schema that names somebody and has none. */
export function retentionOf(
  schema: string,
  columns: readonly { readonly name: string }[],
): RetentionRule | null {
  if (identifiersAmong(columns).length === 0) return null;
  const rule = rules[schema];
  if (rule === undefined)
    throw new Error(`${schema} names visitors and has no rule of how long they are kept`);
  return rule;
}

/** The month of an hour or a day ("2026-06-01T10"). */
export function monthOf(dayOrHour: string): LakeMonth {
  return dayOrHour.slice(0, 7);
}

/** Whether the first instant of a month is at least so many months before a time. Pure. */
export function isMonthOver(month: LakeMonth, months: number, nowMs: number): boolean {
  const [year = Number.NaN, number = Number.NaN] = month.split("-").map(Number);
  return Date.UTC(year, number - 1 + months) <= nowMs;
}
