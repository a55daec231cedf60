import { isDeepStrictEqual } from "node:util";
import { type Kysely, sql } from "kysely";
import type { CompiledZone, Zone } from "../../geo/types.ts";
import type { Database } from "./database.ts";

interface ZoneRow {
  readonly id: number;
  readonly zone: Zone;
  readonly compiled_zone: CompiledZone;
}

/** Each node takes the changed campaigns into its snapshot: a few hundred at a time cost it nothing that visitors notice. */
const mostPerPass = 300;

/**
 * Compiles the zones of campaigns that name a commune, postal code, département or region once more, after outlines were
 * imported, and writes those that came out differently; the change feed carries them to every node. Neither version nor
 * audit counts it: nobody changed what the campaign says. A zone that somebody changes meanwhile is left to them.
 * Answers how many were looked at and how many changed.
 */
export async function recompileZones(
  db: Kysely<Database>,
  compileZone: (zone: Zone) => CompiledZone,
): Promise<{ readonly looked: number; readonly changed: number }> {
  let looked = 0;
  let changed = 0;
  for (let afterId = 0; ; ) {
    const { rows } = await sql<ZoneRow>`
      select id, zone, compiled_zone from campaigns
      where id > ${afterId} and status <> 'ended' and jsonb_path_exists(zone,
        '$.*[*].type ? (@ == "commune" || @ == "postalCode" || @ == "departement" || @ == "region")')
      order by id limit ${mostPerPass}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return { looked, changed };
    const fresh = rows
      .map(({ id, zone, compiled_zone }) => ({
        id,
        zone,
        before: compiled_zone,
        compiled: compileZone(zone),
      }))
      .filter(({ before, compiled }) => !isDeepStrictEqual(before, compiled));
    changed += await writeZones(db, fresh);
    looked += rows.length;
    afterId = last.id;
  }
}

async function writeZones(
  db: Kysely<Database>,
  fresh: readonly { readonly id: number; readonly zone: Zone; readonly compiled: CompiledZone }[],
): Promise<number> {
  if (fresh.length === 0) return 0;
  const rows = fresh.map(({ id, zone, compiled }) => ({ id, zone, compiled }));
  const { numAffectedRows } = await sql`
    update campaigns c set compiled_zone = f.compiled
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as f (id integer, zone jsonb, compiled jsonb)
    where c.id = f.id and c.zone = f.zone`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
