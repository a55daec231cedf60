import { type Kysely, type RawBuilder, sql } from "kysely";
import type { ListPosition } from "../../campaigns/cursor.ts";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { type EntityMapping, readMany, type SortColumn } from "./entityMapping.ts";

interface KeyRow {
  readonly id: number;
  readonly key: string | number | null;
}

/**
 * A page after a position, by keyset: the index says where it begins, however far that is, and what is inserted or
 * deleted meanwhile neither repeats nor skips anything else. Ids first, so that only the page's own rows are read whole.
 */
export async function readPage<Row, Kept, Fields, Filter>(
  db: Kysely<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  filter: Filter,
  { limit, order, after }: OrderedPage,
): Promise<PageOfItems<Kept>> {
  const column = sortOf(mapping, order.by);
  const direction = order.descending ? sql`desc` : sql`asc`;
  const ordered = column === null ? sql`` : sql`${column.expression} ${direction}, `;
  const condition = after === null ? sql`true` : isAfter(column, after, order.descending);
  const { rows } = await sql<KeyRow>`
    select e.id, ${column === null ? sql`null` : column.toKey} as key from ${sql.table(mapping.table)} e
    where ${mapping.where(filter)} and ${condition}
    order by ${ordered}e.id ${direction} limit ${limit + 1}`.execute(db);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: await readInOrder(
      db,
      mapping,
      shown.map(({ id }) => id),
    ),
    next: last === undefined ? null : { value: last.key, id: last.id },
  };
}

function sortOf<Row, Kept, Fields, Filter>(
  { sorts = {}, table }: EntityMapping<Row, Kept, Fields, Filter>,
  by: string,
): SortColumn | null {
  if (by === "id") return null;
  const column = Object.hasOwn(sorts, by) ? sorts[by] : undefined;
  if (column === undefined) throw new Error(`${table} cannot be ordered by that`);
  return column;
}

function isAfter(
  column: SortColumn | null,
  { value, id }: ListPosition,
  descending: boolean,
): RawBuilder<unknown> {
  const beyond = descending ? sql`<` : sql`>`;
  if (column === null) return sql`e.id ${beyond} ${id}`;
  return sql`(${column.expression}, e.id) ${beyond} (${column.fromKey(value)}, ${id})`;
}

async function readInOrder<Row, Kept, Fields, Filter>(
  db: Kysely<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  ids: readonly number[],
): Promise<readonly Kept[]> {
  if (ids.length === 0) return [];
  const found = await readMany(db, mapping, sql`e.id = any(${ids})`);
  const byId = new Map(found.map((kept) => [mapping.idOf(kept), kept]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
