import pg from "pg";
import { type PlainAd, plainAds } from "./ads.ts";
import { listenWith } from "./listen.ts";

/**
 * A PostGIS query a request, tuned: metres of Lambert 93, a GiST index over each campaign's own reach (an index over its
 * centre would have to be asked for the largest radius), a prepared statement, a pool of eight, everything in memory, no JIT.
 * Refuses to start if the plan does not use the index. It decides: circle, category, value. Not: caps, money, and everything
 * that ads.ts leaves out. argv: port, database url.
 */
const [port = "0", databaseUrl = ""] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });

const schema = `
  CREATE EXTENSION IF NOT EXISTS postgis;
  DROP TABLE IF EXISTS campaigns;
  CREATE TABLE campaigns (
    campaign_id integer PRIMARY KEY,
    center geometry(Point, 2154) NOT NULL,
    radius_meters double precision NOT NULL,
    reach geometry(Polygon, 2154) NOT NULL,
    value_micros bigint NOT NULL,
    category text,
    advertiser_name text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    image_url text NOT NULL,
    landing_url text NOT NULL
  )`;
const insert = `
  INSERT INTO campaigns
  SELECT campaign_id, center, radius_meters, ST_Expand(center, radius_meters), value_micros, nullif(category, ''),
    advertiser_name, title, body, image_url, landing_url
  FROM (
    SELECT *, ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 2154) AS center
    FROM unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::bigint[], $6::text[], $7::text[], $8::text[],
      $9::text[], $10::text[], $11::text[])
      AS given(campaign_id, lon, lat, radius_meters, value_micros, category, advertiser_name, title, body, image_url,
        landing_url)
  ) AS located`;
const bestAd = `
  WITH here AS MATERIALIZED (
    SELECT ST_Transform(ST_SetSRID(ST_MakePoint($1::float8, $2::float8), 4326), 2154) AS point
  )
  SELECT campaign_id AS "campaignId", advertiser_name AS "advertiserName", title, body AS text,
    image_url AS "imageUrl", landing_url AS "landingUrl"
  FROM here, campaigns
  WHERE reach && point AND ST_DWithin(center, point, radius_meters) AND (category IS NULL OR category = $3)
  ORDER BY value_micros DESC
  LIMIT 1`;

await load(plainAds());
await requireIndex();
listenWith(async ({ lat, lon, category }) => {
  const { rows } = await pool.query({
    name: "best-ad",
    text: bestAd,
    values: [lon, lat, category],
  });
  return rows[0] ?? null;
}, Number(port));

async function load(ads: readonly PlainAd[]): Promise<void> {
  await pool.query(schema);
  for (let first = 0; first < ads.length; first += 10_000) {
    const some = ads.slice(first, first + 10_000);
    const column = <Name extends keyof PlainAd>(name: Name) => some.map((ad) => ad[name]);
    await pool.query(insert, [
      ...[column("campaignId"), column("lon"), column("lat"), column("radiusMeters")],
      ...[column("valueMicros"), column("category"), column("advertiserName"), column("title")],
      ...[column("text"), column("imageUrl"), column("landingUrl")],
    ]);
  }
  await pool.query("CREATE INDEX campaigns_reach ON campaigns USING gist (reach)");
  await pool.query("VACUUM ANALYZE campaigns");
}

async function requireIndex(): Promise<void> {
  const { rows } = await pool.query(`EXPLAIN ${bestAd}`, [2.35, 48.85, "rubrique-0/sous-0"]);
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  if (!plan.includes("campaigns_reach")) throw new Error(`the index is not used:\n${plan}`);
}
