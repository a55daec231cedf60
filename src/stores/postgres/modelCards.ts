import { type Kysely, sql } from "kysely";
import { type ModelCard, modelCardSchema } from "../../audience/scoring/modelCard.ts";
import { withPublicFaults } from "./faults.ts";

export interface ModelCards {
  /** The latest card of a segment; null = it was never learnt. Throws PublicError `service_unavailable` when Postgres is away. */
  readonly latest: (segmentId: number) => Promise<ModelCard | null>;
  /** Keeps the cards of a run; those of the same date are replaced. Segments that are gone are passed over. */
  readonly save: (cards: readonly ModelCard[]) => Promise<void>;
  /** When the latest run was, by its cards; null = never. */
  readonly latestAsOf: () => Promise<string | null>;
}

/** A card is what a shop or a regulator may ask about an ad of this long ago. */
const keptMonths = 25;

export function createModelCards<DB>(db: Kysely<DB>): ModelCards {
  return {
    latest: (segmentId) =>
      withPublicFaults(async () => {
        const { rows } = await sql<{ readonly card: unknown }>`
          select card from model_cards where segment_id = ${segmentId} order by as_of desc limit 1`.execute(
          db,
        );
        const [row] = rows;
        return row === undefined ? null : modelCardSchema.parse(row.card);
      }),
    async save(cards) {
      await db.transaction().execute(async (trx) => {
        await sql`
          insert into model_cards as known (segment_id, as_of, model_version, card)
          select (card->>'segmentId')::integer, (card->>'asOf')::date, (card->>'modelVersion')::bigint, card
          from jsonb_array_elements(${JSON.stringify(cards)}::jsonb) card
          where exists (select from segments where id = (card->>'segmentId')::integer)
          on conflict (segment_id, as_of) do update set model_version = excluded.model_version,
            card = excluded.card, created_at = now()`.execute(trx);
        await sql`delete from model_cards
          where created_at < now() - make_interval(months => ${keptMonths})`.execute(trx);
      });
    },
    async latestAsOf() {
      const { rows } = await sql<{ readonly day: string | null }>`
        select max(as_of)::text as day from model_cards`.execute(db);
      return rows[0]?.day ?? null;
    },
  };
}
