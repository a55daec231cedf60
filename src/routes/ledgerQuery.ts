import { calendarDay } from "../campaigns/fieldTypes.ts";
import type { LedgerEntryKind } from "../campaigns/ledgerBooks.ts";
import { type FieldProblem, PublicError } from "../errors.ts";

export interface LedgerQuery {
  readonly limit: number;
  readonly kind: LedgerEntryKind | null;
  readonly day: string | null;
  readonly beforeId: number | null;
  readonly beforeDay: string | null;
}

export interface LedgerQueryRules {
  readonly filters: readonly ("kind" | "day")[];
  /** What the cursor of this list is. */
  readonly cursor: "id" | "day";
  readonly kinds: readonly LedgerEntryKind[];
}

const defaultItems = 50;
const maxItems = 200;

/** Reads the parameters of a list of the ledger. Throws PublicError `invalid_parameter` with every problem at once. */
export function parseLedgerQuery(
  given: Readonly<Record<string, unknown>>,
  rules: LedgerQueryRules,
): LedgerQuery {
  const problems: FieldProblem[] = [];
  const read = <Value>(name: string, parse: (text: string) => Value | null, rule: string) => {
    const text = given[name];
    if (text === undefined) return null;
    const value = typeof text === "string" ? parse(text) : null;
    const broken = typeof text === "string" ? rule : "must be given once";
    if (value === null) problems.push({ pointer: name, rule: broken });
    return value;
  };
  const known = ["limit", "cursor", ...rules.filters];
  for (const name of Object.keys(given))
    if (!known.includes(name))
      problems.push({ pointer: name.slice(0, 64), rule: "is not a known parameter" });
  const isFilter = (name: "kind" | "day") => rules.filters.includes(name);
  const cursorRule = "must be the nextCursor of an answer";
  const query: LedgerQuery = {
    limit: read("limit", toCount, `must be an integer from 1 to ${maxItems}`) ?? defaultItems,
    kind: isFilter("kind")
      ? read(
          "kind",
          (text) => rules.kinds.find((kind) => kind === text) ?? null,
          `must be one of ${rules.kinds.join(", ")}`,
        )
      : null,
    day: isFilter("day") ? read("day", toDay, 'must be a day written "YYYY-MM-DD"') : null,
    beforeId: rules.cursor === "id" ? read("cursor", toId, cursorRule) : null,
    beforeDay: rules.cursor === "day" ? read("cursor", toDay, cursorRule) : null,
  };
  if (problems.length === 0) return query;
  throw new PublicError("invalid_parameter", "A parameter is not valid.", problems);
}

function toCount(text: string): number | null {
  const count = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= maxItems ? count : null;
}

/** Entries have 64-bit ids; beyond 15 digits none exists for a long while. */
function toId(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

const daySchema = calendarDay();
function toDay(text: string): string | null {
  const parsed = daySchema.safeParse(text);
  return parsed.success && parsed.data === text ? text : null;
}
