import { sql, type Transaction } from "kysely";
import type { Actor } from "../../campaigns/repository.ts";
import type { Database } from "./database.ts";

/** A row as JSON: column → value. Only the columns named are written. */
export type JsonRow = Readonly<Record<string, unknown>>;

export type TableName = keyof Database & string;

/** Takes `count` new ids of a table, so that rows and their parts can be written without reading ids back. */
export async function takeIds(
  trx: Transaction<Database>,
  table: TableName,
  count: number,
): Promise<readonly number[]> {
  const { rows } = await sql<{ readonly id: number }>`
    select nextval(pg_get_serial_sequence(${table}, 'id'))::integer as id
    from generate_series(1, ${count}::integer)`.execute(trx);
  return rows.map((row) => row.id);
}

/**
 * Inserts rows that all name the same columns, in one statement with one parameter: PostgreSQL itself turns the JSON
 * into its types, so that one row and a thousand rows take the same way.
 */
export async function insertRows(
  trx: Transaction<Database>,
  table: TableName,
  rows: readonly JsonRow[],
): Promise<void> {
  const first = rows[0];
  if (first === undefined) return;
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(table)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(
    trx,
  );
}

/** Writes the columns that each row names, and counts the versions up: one statement for all that name the same. */
export async function updateRows(
  trx: Transaction<Database>,
  table: TableName,
  rows: readonly { readonly id: number; readonly row: JsonRow }[],
): Promise<void> {
  const alike = Map.groupBy(rows, ({ row }) => Object.keys(row).join(" "));
  for (const group of alike.values()) {
    const columns = sql.join(Object.keys(group[0]?.row ?? {}).map((column) => sql.ref(column)));
    const values = JSON.stringify(group.map(({ id, row }) => ({ ...row, id })));
    await sql`update ${sql.table(table)} e set
        (${columns}) = (select ${columns} from jsonb_populate_record(null::${sql.table(table)}, r.value)),
        version = version + 1, updated_at = now()
      from jsonb_array_elements(${values}::jsonb) r where e.id = (r.value->>'id')::integer`.execute(
      trx,
    );
  }
}

export interface AuditEntry {
  readonly id: number;
  readonly before: object | null;
  readonly after: object | null;
}

/** Remembers who changed what. The table refuses updates and deletes. */
export async function insertAudit(
  trx: Transaction<Database>,
  entity: string,
  entries: readonly AuditEntry[],
  actor: Actor,
): Promise<void> {
  const rows = entries.map(({ id, before, after }) => ({
    actor_key_id: actor.apiKeyId,
    actor_label: actor.label,
    actor_user_id: actor.userId ?? null,
    actor_organization_id: actor.organizationId ?? null,
    request_id: actor.requestId ?? null,
    entity,
    entity_id: id,
    before,
    after,
  }));
  await insertRows(trx, "audit_log", rows);
}
