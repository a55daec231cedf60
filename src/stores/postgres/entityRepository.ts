import { type Kysely, sql, type Transaction } from "kysely";
import type { Actor, Repository } from "../../campaigns/repository.ts";
import { PublicError } from "../../errors.ts";
import type { Database } from "./database.ts";
import { type EntityMapping, readMany } from "./entityMapping.ts";
import { readPage } from "./entityPages.ts";
import { changeMany, insertMany, removeOne } from "./entityWrites.ts";
import { withPublicFaults } from "./faults.ts";

/** A repository that can also insert many at once, in the given order of ids. */
export interface EntityRepository<Kept, Fields, Filter> extends Repository<Kept, Fields, Filter> {
  insertMany(fieldsList: readonly Fields[], actor: Actor): Promise<readonly number[]>;
}

/** The one way by which entities are written: rows, parts and audit entries in one transaction; triggers add the change. */
export function createEntityRepository<Row, Kept, Fields, Filter>(
  db: Kysely<Database>,
  mapping: EntityMapping<Row, Kept, Fields, Filter>,
): EntityRepository<Kept, Fields, Filter> {
  const write = <Result>(work: (trx: Transaction<Database>) => Promise<Result>): Promise<Result> =>
    withPublicFaults(() => db.transaction().execute(work));
  const insertAll: EntityRepository<Kept, Fields, Filter>["insertAll"] = (fieldsList, actor) =>
    write((trx) => insertMany(trx, mapping, fieldsList, actor));
  const changeAll: EntityRepository<Kept, Fields, Filter>["changeAll"] = (changes, actor) =>
    write((trx) => changeMany(trx, mapping, changes, actor));
  return {
    insertAll,
    changeAll,
    insertMany: async (fieldsList, actor) =>
      (await insertAll(fieldsList, actor)).map((kept) => mapping.idOf(kept)),
    async insert(fields, actor) {
      const [kept] = await insertAll([fields], actor);
      if (kept === undefined) throw new Error(`nothing was inserted into ${mapping.table}`);
      return kept;
    },
    read: (id) =>
      withPublicFaults(async () => (await readMany(db, mapping, sql`e.id = ${id}`))[0] ?? null),
    list: (filter, { afterId, limit }) =>
      withPublicFaults(() => {
        const condition = sql`${mapping.where(filter)} and e.id > ${afterId}`;
        return readMany(db, mapping, condition, sql`order by e.id limit ${limit}`);
      }),
    page: (filter, page) => withPublicFaults(() => readPage(db, mapping, filter, page)),
    async change(id, transform, actor) {
      const [outcome] = await changeAll([{ id, transform }], actor);
      if (outcome?.ok === true) return outcome.kept;
      const isMissing = outcome?.error instanceof PublicError && outcome.error.code === "not_found";
      // What `transform` throws may be a `not_found` of its own: both mean that there is nothing for this caller.
      if (outcome === undefined || isMissing) return null;
      throw outcome.error;
    },
    remove: (id, check, actor) => write((trx) => removeOne(trx, mapping, id, check, actor)),
  };
}
