import { type RawBuilder, sql } from "kysely";
import type { ListPosition } from "../../campaigns/cursor.ts";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";

/** A column by which lists are ordered, and how its values travel in cursors: exactly. */
export interface SortColumn {
  readonly expression: RawBuilder<unknown>;
  /** The value as a text or a safe integer. */
  readonly toKey: RawBuilder<unknown>;
  readonly fromKey: (key: string | number | null) => RawBuilder<unknown>;
}

/** A text column with the collation "C". */
export const textSort = (column: RawBuilder<unknown>): SortColumn => ({
  expression: column,
  toKey: column,
  fromKey: (key) => sql`${String(key)}::text collate "C"`,
});

/** A bigint or integer column. */
export const integerSort = (column: RawBuilder<unknown>): SortColumn => ({
  expression: column,
  toKey: sql`(${column})::bigint`,
  fromKey: (key) => sql`${Number(key)}::bigint`,
});

/** An instant, as microseconds since 1970: milliseconds would skip or repeat rows of one moment. */
export const instantSort = (column: RawBuilder<unknown>): SortColumn => ({
  expression: column,
  toKey: sql`(extract(epoch from ${column}) * 1000000)::bigint`,
  fromKey: (key) => sql`(timestamptz 'epoch' + ${Number(key)}::bigint * interval '1 microsecond')`,
});

const mostDays = 100_000;

/** A day, as days since 1970. */
export const daySort = (column: RawBuilder<unknown>): SortColumn => ({
  expression: column,
  toKey: sql`((${column}) - date '1970-01-01')`,
  fromKey: (key) =>
    sql`(date '1970-01-01' + ${Math.max(-mostDays, Math.min(mostDays, Number(key)))}::integer)`,
});

/** The columns by which a list can be ordered besides its ids. */
export type SortColumns = Readonly<Record<string, SortColumn>>;

export interface Keyset {
  /** A condition: what comes after the page before. */
  readonly after: RawBuilder<unknown>;
  /** The sort value of a row, to be selected as `key`; null in the order of ids. */
  readonly key: RawBuilder<unknown>;
  /** `order by … limit …`: one row more than the page has tells whether another page follows. */
  readonly suffix: RawBuilder<unknown>;
}

/**
 * How a statement reads a page after a position: the index says where it begins, however far that is, and what is inserted
 * or deleted meanwhile neither repeats nor skips anything else. `id` is the column that decides ties. Throws Error for an
 * order that the list does not have.
 */
export function keysetOf(
  id: RawBuilder<unknown>,
  { limit, order, after }: OrderedPage,
  sorts: SortColumns = {},
): Keyset {
  const column = columnOf(sorts, order.by);
  const direction = order.descending ? sql`desc` : sql`asc`;
  const ordered = column === null ? sql`` : sql`${column.expression} ${direction}, `;
  return {
    after: after === null ? sql`true` : isAfter(id, column, after, order.descending),
    key: column === null ? sql`null` : column.toKey,
    suffix: sql`order by ${ordered}${id} ${direction} limit ${limit + 1}`,
  };
}

function columnOf(sorts: SortColumns, by: string): SortColumn | null {
  if (by === "id") return null;
  const column = Object.hasOwn(sorts, by) ? sorts[by] : undefined;
  if (column === undefined) throw new Error("this list cannot be ordered by that");
  return column;
}

function isAfter(
  id: RawBuilder<unknown>,
  column: SortColumn | null,
  position: ListPosition,
  descending: boolean,
): RawBuilder<unknown> {
  const beyond = descending ? sql`<` : sql`>`;
  // Untyped, a number would be taken for the column's own type.
  const bound = sql`${position.id}::bigint`;
  if (column === null) return sql`${id} ${beyond} ${bound}`;
  return sql`(${column.expression}, ${id}) ${beyond} (${column.fromKey(position.value)}, ${bound})`;
}

/** The rows of the page, of those that a keyset's statement read, and where the next page begins. */
export function cutPage<Row>(
  rows: readonly Row[],
  { limit }: Pick<OrderedPage, "limit">,
  idOf: (row: Row) => number,
  keyOf: (row: Row) => string | number | null = () => null,
): PageOfItems<Row> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : { value: keyOf(last), id: idOf(last) } };
}
