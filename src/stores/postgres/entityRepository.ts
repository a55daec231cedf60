import { type Kysely, type RawBuilder, sql, type Transaction } from "kysely";
import type { Actor, Repository } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit, insertRows, type JsonRow, takeIds, updateRow } from "./rowWrites.ts";

/** How one kind of entity lies in the tables. */
export interface EntityMapping<Row, Kept, Fields, Filter> {
  readonly entity:
    | "advertiser"
    | "campaign"
    | "creative"
    | "placement"
    | "site"
    | "segment"
    | "ssp";
  readonly table: keyof Database & string;
  readonly fieldsToRow: (fields: Fields) => JsonRow;
  /** `select … from …` without `where`; the entity's table has the alias `e`. */
  readonly select: RawBuilder<Row>;
  readonly rowToKept: (row: Row) => Kept;
  readonly idOf: (kept: Kept) => number;
  /** A condition over `e`. */
  readonly where: (filter: Filter) => RawBuilder<unknown>;
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

/** A repository that can also insert many at once, in the given order of ids. */
export interface EntityRepository<Kept, Fields, Filter> extends Repository<Kept, Fields, Filter> {
  insertMany(fieldsList: readonly Fields[], actor: Actor): Promise<readonly number[]>;
}

const bulkRows = 1_000;

/** The one way by which entities are written: rows, parts and audit entries in one transaction; triggers add the change. */
export function createEntityRepository<Row, Kept, Fields, Filter>(
  db: Kysely<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
): EntityRepository<Kept, Fields, Filter> {
  return {
    insertMany: (fieldsList, actor) =>
      withPublicFaults(() =>
        db.transaction().execute((trx) => insertMany(trx, mapping, fieldsList, actor)),
      ),
    insert: (fields, actor) =>
      withPublicFaults(() =>
        db.transaction().execute(async (trx) => {
          const [id = 0] = await insertMany(trx, mapping, [fields], actor);
          return readWritten(trx, mapping, id);
        }),
      ),
    read: (id) =>
      withPublicFaults(async () => (await readMany(db, mapping, sql`e.id = ${id}`))[0] ?? null),
    list: (filter, { afterId, limit }) =>
      withPublicFaults(() => {
        const condition = sql`${mapping.where(filter)} and e.id > ${afterId}`;
        return readMany(db, mapping, condition, sql`order by e.id limit ${limit}`);
      }),
    change: (id, transform, actor) =>
      withPublicFaults(() =>
        db.transaction().execute((trx) => changeOne(trx, mapping, id, transform, actor)),
      ),
  };
}

async function readMany<Row, Kept, Fields, Filter>(
  executor: Kysely<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  condition: RawBuilder<unknown>,
  suffix: RawBuilder<unknown> = sql``,
): Promise<readonly Kept[]> {
  const { rows } = await sql<Row>`${mapping.select} where ${condition} ${suffix}`.execute(executor);
  return rows.map(mapping.rowToKept);
}

async function readWritten<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  id: number,
): Promise<Kept> {
  const kept = (await readMany(trx, mapping, sql`e.id = ${id}`))[0];
  if (kept === undefined) throw new Error(`${mapping.table} ${id} vanished while it was written`);
  return kept;
}

async function insertMany<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  fieldsList: readonly Fields[],
  actor: Actor,
): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let start = 0; start < fieldsList.length; start += bulkRows) {
    const chunk = fieldsList.slice(start, start + bulkRows);
    ids.push(...(await insertChunk(trx, mapping, chunk, actor)));
  }
  return ids;
}

async function insertChunk<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  fieldsList: readonly Fields[],
  actor: Actor,
): Promise<readonly number[]> {
  const ids = await takeIds(trx, mapping.table, fieldsList.length);
  const written = fieldsList.map((fields, index) => ({ id: ids[index] ?? 0, fields }));
  await mapping.checkParents?.(trx, fieldsList);
  const rows = written.map(({ id, fields }) => ({ id, ...mapping.fieldsToRow(fields) }));
  await insertRows(trx, mapping.table, rows);
  await mapping.writeParts?.(trx, written);
  const kept = await readMany(trx, mapping, sql`e.id = any(${ids})`);
  const entries = kept.map((one) => ({
    id: mapping.idOf(one),
    before: null,
    after: mapping.toAudit(one),
  }));
  await insertAudit(trx, mapping.entity, entries, actor);
  return ids;
}

async function changeOne<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  id: number,
  transform: (kept: Kept) => Promise<Fields> | Fields,
  actor: Actor,
): Promise<Kept | null> {
  const present = (await readMany(trx, mapping, sql`e.id = ${id}`, sql`for update of e`))[0];
  if (present === undefined) return null;
  const fields = await transform(present);
  await updateRow(trx, mapping.table, id, mapping.fieldsToRow(fields));
  await mapping.writeParts?.(trx, [{ id, fields }]);
  const kept = await readWritten(trx, mapping, id);
  const entry = { id, before: mapping.toAudit(present), after: mapping.toAudit(kept) };
  await insertAudit(trx, mapping.entity, [entry], actor);
  return kept;
}
