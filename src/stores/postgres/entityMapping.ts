import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "./database.ts";
import { instantSort, type SortColumns } from "./keyset.ts";
import type { JsonRow } from "./rowWrites.ts";

/** How one kind of entity lies in the tables. */
export interface EntityMapping<Row, Kept, Fields, Filter> {
  readonly entity:
    | "advertiser"
    | "campaign"
    | "creative"
    | "placement"
    | "site"
    | "segment"
    | "ssp"
    | "organization"
    | "user"
    | "api_key"
    | "webhook";
  readonly table: keyof Database & string;
  readonly fieldsToRow: (fields: Fields) => JsonRow;
  /** `select … from …` without `where`; the entity's table has the alias `e`. */
  readonly select: RawBuilder<Row>;
  readonly rowToKept: (row: Row) => Kept;
  readonly idOf: (kept: Kept) => number;
  /** A condition over `e`. */
  readonly where: (filter: Filter) => RawBuilder<unknown>;
  /**
   * By what a list can be ordered besides ids, over `e`. Of what grows with the number of campaigns each has an index with
   * the id behind it; accounts are a few thousands and are sorted when asked.
   */
  readonly sorts?: SortColumns;
  /** What the audit log keeps of an entity: never secrets. */
  readonly toAudit: (kept: Kept) => object;
  /** Checks what other rows decide, before new ones are written. */
  readonly checkParents?: (
    trx: Transaction<Database>,
    fieldsList: readonly Fields[],
  ) => Promise<void>;
  /** Replaces the rows that belong to the entity. Runs in the write's transaction. */
  readonly writeParts?: (
    trx: Transaction<Database>,
    written: readonly { readonly id: number; readonly fields: Fields }[],
  ) => Promise<void>;
}

/** When rows were written, for every entity with versions. */
export const writtenSorts = {
  createdAt: instantSort(sql`e.created_at`),
  updatedAt: instantSort(sql`e.updated_at`),
} as const;

/** All conditions that are given. */
export function allOf(...conditions: readonly (RawBuilder<unknown> | null)[]): RawBuilder<unknown> {
  const given = conditions.filter((one) => one !== null);
  return given.length === 0 ? sql`true` : sql.join(given, sql` and `);
}

/** A column's being one of some ids; of one, so that an index that goes on with another column keeps its order. */
export function isOneOf(column: RawBuilder<unknown>, ids: readonly number[]): RawBuilder<unknown> {
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return sql`${column} = ${only}`;
  return sql`${column} = any(${ids}::integer[])`;
}

/** The entities that meet a condition over `e`. */
export async function readMany<Row, Kept, Fields, Filter>(
  executor: Kysely<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  condition: RawBuilder<unknown>,
  suffix: RawBuilder<unknown> = sql``,
): Promise<readonly Kept[]> {
  const { rows } = await sql<Row>`${mapping.select} where ${condition} ${suffix}`.execute(executor);
  return rows.map(mapping.rowToKept);
}
