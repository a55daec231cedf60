import { type Kysely, sql } from "kysely";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { type EntityMapping, readMany } from "./entityMapping.ts";
import { cutPage, keysetOf } from "./keyset.ts";

interface KeyRow {
  readonly id: number;
  readonly key: string | number | null;
}

/** A page of entities after a position. Ids first, so that only the page's own rows are read whole. */
export async function readPage<Row, Kept, Fields, Filter>(
  db: Kysely<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  filter: Filter,
  page: OrderedPage,
): Promise<PageOfItems<Kept>> {
  const keyset = keysetOf(sql`e.id`, page, mapping.sorts);
  const { rows } = await sql<KeyRow>`
    select e.id, ${keyset.key} as key from ${sql.table(mapping.table)} e
    where ${mapping.where(filter)} and ${keyset.after} ${keyset.suffix}`.execute(db);
  const { items, next } = cutPage(
    rows,
    page,
    ({ id }) => id,
    ({ key }) => key,
  );
  const ids = items.map(({ id }) => id);
  return { items: await readInOrder(db, mapping, ids), next };
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
