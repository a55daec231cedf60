import { sql, type Transaction } from "kysely";
import { notFound } from "../../campaigns/access.ts";
import type { Actor, EntityChange, WriteOutcome } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { type EntityMapping, readMany } from "./entityMapping.ts";
import { insertAudit, insertRows, takeIds, updateRows } from "./rowWrites.ts";

const bulkRows = 1_000;

/** Inserts in the given order of ids, with parts and audit entries. */
export async function insertMany<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  fieldsList: readonly Fields[],
  actor: Actor,
): Promise<readonly Kept[]> {
  const inserted: Kept[] = [];
  for (let start = 0; start < fieldsList.length; start += bulkRows) {
    const chunk = fieldsList.slice(start, start + bulkRows);
    inserted.push(...(await insertChunk(trx, mapping, chunk, actor)));
  }
  return inserted;
}

async function insertChunk<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  fieldsList: readonly Fields[],
  actor: Actor,
): Promise<readonly Kept[]> {
  const ids = await takeIds(trx, mapping.table, fieldsList.length);
  const written = fieldsList.map((fields, index) => ({ id: ids[index] ?? 0, fields }));
  await mapping.checkParents?.(trx, fieldsList);
  const rows = written.map(({ id, fields }) => ({ id, ...mapping.fieldsToRow(fields) }));
  await insertRows(trx, mapping.table, rows);
  await mapping.writeParts?.(trx, written);
  const kept = await readWritten(trx, mapping, ids);
  const entries = kept.map((one) => ({
    id: mapping.idOf(one),
    before: null,
    after: mapping.toAudit(one),
  }));
  await insertAudit(trx, mapping.entity, entries, actor);
  return kept;
}

/** See `changeAll` of the repository. The ids are different ones. */
export async function changeMany<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  changes: readonly EntityChange<Kept, Fields>[],
  actor: Actor,
): Promise<readonly WriteOutcome<Kept>[]> {
  const present = await lock(
    trx,
    mapping,
    changes.map(({ id }) => id),
    changing,
  );
  const wanted = await Promise.all(changes.map((change) => transformed(change, present)));
  const written = wanted.flatMap((one) => (one.ok ? [one] : []));
  const rows = written.map(({ id, fields }) => ({ id, row: mapping.fieldsToRow(fields) }));
  await updateRows(trx, mapping.table, rows);
  if (written.length > 0) await mapping.writeParts?.(trx, written);
  const kept = await readWritten(
    trx,
    mapping,
    written.map(({ id }) => id),
  );
  const entries = written.map(({ id, before }, index) => ({
    id,
    before: mapping.toAudit(before),
    after: mapping.toAudit(kept[index] as Kept),
  }));
  await insertAudit(trx, mapping.entity, entries, actor);
  const byId = new Map(kept.map((one) => [mapping.idOf(one), one]));
  return wanted.map((one) => (one.ok ? { ok: true, kept: byId.get(one.id) as Kept } : one));
}

/** Whoever changes what others refer to does not hold up new ones that do; whoever deletes it must. */
const changing = sql`order by e.id for no key update of e`;
const deleting = sql`order by e.id for update of e`;

/** In one order, so that two writers wait for each other and never in a ring. */
async function lock<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  ids: readonly number[],
  inOrder: typeof changing,
): Promise<ReadonlyMap<number, Kept>> {
  const present = await readMany(trx, mapping, sql`e.id = any(${ids})`, inOrder);
  return new Map(present.map((one) => [mapping.idOf(one), one]));
}

type Transformed<Kept, Fields> =
  | { readonly ok: true; readonly id: number; readonly before: Kept; readonly fields: Fields }
  | { readonly ok: false; readonly error: unknown };

async function transformed<Kept, Fields>(
  { id, transform }: EntityChange<Kept, Fields>,
  present: ReadonlyMap<number, Kept>,
): Promise<Transformed<Kept, Fields>> {
  const before = present.get(id);
  if (before === undefined) return { ok: false, error: notFound() };
  try {
    return { ok: true, id, before, fields: await transform(before) };
  } catch (error) {
    if (error instanceof PublicError) return { ok: false, error };
    throw error;
  }
}

/** In the order of the ids. */
async function readWritten<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  ids: readonly number[],
): Promise<readonly Kept[]> {
  if (ids.length === 0) return [];
  const found = await readMany(trx, mapping, sql`e.id = any(${ids})`);
  const byId = new Map(found.map((one) => [mapping.idOf(one), one]));
  return ids.map((id) => {
    const kept = byId.get(id);
    if (kept === undefined) throw new Error(`${mapping.table} ${id} vanished while it was written`);
    return kept;
  });
}

/** Deletes one for good; false = no such entity. Throws `conflict` where something else refers to it. */
export async function removeOne<Row, Kept, Fields, Filter>(
  trx: Transaction<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
  id: number,
  check: (kept: Kept) => void,
  actor: Actor,
): Promise<boolean> {
  const present = (await lock(trx, mapping, [id], deleting)).get(id);
  if (present === undefined) return false;
  check(present);
  try {
    await sql`delete from ${sql.table(mapping.table)} where id = ${id}`.execute(trx);
  } catch (error) {
    const isInUse = error instanceof Error && "code" in error && error.code === "23503";
    if (!isInUse) throw error;
    throw new PublicError("conflict", "Something else still refers to it.");
  }
  const entry = { id, before: mapping.toAudit(present), after: null };
  await insertAudit(trx, mapping.entity, [entry], actor);
  return true;
}
