import { type Kysely, sql } from "kysely";
import type { Actor } from "../../campaigns/repository.ts";
import {
  type SegmentDefinition,
  segmentDefinitionSchema,
} from "../../campaigns/segments/definition.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

/** A segment with how its members are found. */
export interface SegmentWithDefinition {
  readonly segmentId: number;
  readonly slug: string;
  readonly definition: SegmentDefinition;
}

export interface StoredDefinition {
  readonly segmentId: number;
  readonly definition: SegmentDefinition;
  /** Counts the writes, from 1; 0 = it follows from the segment's categories. */
  readonly version: number;
}

export interface SegmentDefinitions {
  /** Null = there is no such segment, or it has no definition. */
  readonly read: (segmentId: number) => Promise<StoredDefinition | null>;
  /** Writes it, and into the audit log who did; null = there is no such segment. */
  readonly put: (
    segmentId: number,
    definition: SegmentDefinition,
    actor: Actor,
  ) => Promise<StoredDefinition | null>;
  /** Those that a run scores: with a definition, or with categories, which are one. An advertiser's own list is none. */
  readonly readAll: () => Promise<readonly SegmentWithDefinition[]>;
  /** Makes segments that are not there by their slugs; answers how many it made. */
  readonly addMissing: (segments: readonly NewSegment[], actor: Actor) => Promise<number>;
}

export interface NewSegment {
  readonly slug: string;
  readonly name: string;
  readonly definition: SegmentDefinition;
}

interface Row {
  readonly segment_id: number;
  readonly slug: string;
  readonly definition: unknown;
  readonly version: number | null;
  readonly categories: readonly string[];
}

const usualViews = 3;

export function createSegmentDefinitions(db: Kysely<Database>): SegmentDefinitions {
  const rowsOf = (segmentId: number | null) => sql<Row>`
    select s.id as segment_id, s.slug, s.categories, d.definition, d.version
    from segments s left join segment_definitions d on d.segment_id = s.id
    where s.id = coalesce(${segmentId}::integer, s.id) and s.advertiser_id is null order by s.id`;
  return {
    read: (segmentId) =>
      withPublicFaults(async () => {
        const [row] = (await rowsOf(segmentId).execute(db)).rows;
        const definition = row === undefined ? null : definitionOf(row);
        return definition === null ? null : { segmentId, definition, version: row?.version ?? 0 };
      }),
    put: (segmentId, definition, actor) =>
      withPublicFaults(() => put(db, segmentId, definition, actor)),
    async readAll() {
      const { rows } = await rowsOf(null).execute(db);
      return rows.flatMap((row) => {
        const definition = definitionOf(row);
        return definition === null
          ? []
          : [{ segmentId: row.segment_id, slug: row.slug, definition }];
      });
    },
    addMissing: (segments, actor) => addMissing(db, segments, actor),
  };
}

/** What is stored was checked when it came; what no longer passes is passed over rather than run. */
function definitionOf({ definition, categories }: Row): SegmentDefinition | null {
  if (definition !== null) return segmentDefinitionSchema.safeParse(definition).data ?? null;
  if (categories.length === 0) return null;
  return { kind: "in_market", categories: categories.slice(0, 20), listingViews: usualViews };
}

function put(
  db: Kysely<Database>,
  segmentId: number,
  definition: SegmentDefinition,
  actor: Actor,
): Promise<StoredDefinition | null> {
  return db.transaction().execute(async (trx) => {
    const { rows: known } = await sql<{ readonly definition: object | null }>`
      select d.definition from segments s left join segment_definitions d on d.segment_id = s.id
      where s.id = ${segmentId} and s.advertiser_id is null for update of s`.execute(trx);
    const [before] = known;
    if (before === undefined) return null;
    const { rows } = await sql<{ readonly version: number }>`
      insert into segment_definitions as known (segment_id, definition)
      values (${segmentId}, ${JSON.stringify(definition)}::jsonb)
      on conflict (segment_id) do update set definition = excluded.definition,
        version = known.version + 1, updated_at = now() returning version`.execute(trx);
    const [written] = rows;
    if (written === undefined) throw new Error("a definition was not written");
    const was = before.definition === null ? null : { definition: before.definition };
    await insertAudit(
      trx,
      "segment",
      [{ id: segmentId, before: was, after: { definition } }],
      actor,
    );
    return { segmentId, definition, version: written.version };
  });
}

function addMissing(
  db: Kysely<Database>,
  segments: readonly NewSegment[],
  actor: Actor,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    let added = 0;
    for (const { slug, name, definition } of segments) {
      const { rows } = await sql<{ readonly id: number }>`
        insert into segments (slug, name) values (${slug}, ${name})
        on conflict (slug) do nothing returning id`.execute(trx);
      const [made] = rows;
      if (made === undefined) continue;
      added += 1;
      await sql`insert into segment_definitions (segment_id, definition)
        values (${made.id}, ${JSON.stringify(definition)}::jsonb)`.execute(trx);
      const entry = { id: made.id, before: null, after: { slug, name, definition } };
      await insertAudit(trx, "segment", [entry], actor);
    }
    return added;
  });
}
