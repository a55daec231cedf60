import { type Kysely, sql, type Transaction } from "kysely";
import { addCode, addSketch, createSketch, encodeSketch } from "../../reports/hyperLogLog.ts";
import type { SummedPlace } from "./reportRollup.ts";

/** Adds people to the sketches of their campaigns' days. */
export async function mergeReach<DB>(
  transaction: Transaction<DB>,
  summed: readonly SummedPlace[],
): Promise<void> {
  const groups = Map.groupBy(
    summed.filter(({ people }) => people.length > 0),
    ({ campaignId, day }) => `${campaignId} ${day}`,
  );
  if (groups.size === 0) return;
  const keys = [...groups.values()].map(([first]) => first!);
  const known = await readSketches(transaction, keys);
  const changed: object[] = [];
  for (const [key, places] of groups) {
    const { campaignId, advertiserId, day } = places[0]!;
    const sketch = createSketch();
    const before = known.get(key);
    if (before !== undefined) addSketch(sketch, before);
    for (const { people } of places) for (const code of people) addCode(sketch, code);
    const hex = Buffer.from(encodeSketch(sketch)).toString("hex");
    const impressions = places.reduce((sum, place) => sum + place.peopleImpressions, 0);
    const ids = { campaign_id: campaignId, budget_day: day, advertiser_id: advertiserId };
    changed.push({ ...ids, impressions, hex });
  }
  await sql`
    insert into report_reach as t (campaign_id, budget_day, advertiser_id, impressions, sketch)
    select campaign_id, budget_day, advertiser_id, impressions, decode(hex, 'hex')
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb)
      as r (campaign_id bigint, budget_day date, advertiser_id bigint, impressions bigint, hex text)
    on conflict (campaign_id, budget_day) do update set sketch = excluded.sketch,
      impressions = t.impressions + excluded.impressions`.execute(transaction);
}

async function readSketches<DB>(
  db: Kysely<DB>,
  keys: readonly Pick<SummedPlace, "campaignId" | "day">[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { rows } = await sql<{
    readonly campaign_id: number;
    readonly budget_day: string;
    readonly sketch: Buffer;
  }>`select r.campaign_id, r.budget_day, r.sketch
    from unnest(${keys.map(({ campaignId }) => campaignId)}::bigint[], ${keys.map(({ day }) => day)}::date[])
      as k (campaign_id, budget_day) join report_reach r using (campaign_id, budget_day)`.execute(
    db,
  );
  return new Map(rows.map((row) => [`${row.campaign_id} ${row.budget_day}`, row.sketch]));
}
