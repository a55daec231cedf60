import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importPlaces } from "../../src/commands/importPlaces.ts";
import { bucketKey } from "../../src/geo/cells.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { CompiledZone } from "../../src/geo/types.ts";
import { readContours } from "../../src/stores/files/contours.ts";
import { readPlaces } from "../../src/stores/files/places.ts";
import { campaignBody } from "../support/campaignBodies.ts";
import { type ManagementApi, openManagementApi } from "../support/managementApi.ts";

/** Arles: the town in the north, Salin-de-Giraud and Beauduc 35 km south of it. */
const outline = [
  [4.58, 43.7],
  [4.75, 43.7],
  [4.87, 43.58],
  [4.75, 43.45],
  [4.74, 43.4],
  [4.62, 43.36],
  [4.56, 43.36],
  [4.52, 43.5],
  [4.5, 43.62],
];
const salin = { lat: 43.413, lon: 4.728, accuracyMeters: 20 };

let api: ManagementApi;
let folder: string;
let file: string;
beforeAll(async () => {
  api = await openManagementApi();
  folder = mkdtempSync(join(tmpdir(), "contours-"));
  file = join(folder, "communes.geojson");
  const feature = {
    type: "Feature",
    properties: { code: "13004" },
    geometry: { type: "Polygon", coordinates: [outline] },
  };
  writeFileSync(file, JSON.stringify({ type: "FeatureCollection", features: [feature] }));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await api.close();
});

async function createIn(zone: object): Promise<number> {
  const body = campaignBody({ advertiserId: api.shopId, zone });
  return (await api.as("manager").post("/v1/campaigns", body)).body.campaignId;
}

async function compiledZoneOf(campaignId: number): Promise<CompiledZone> {
  const { rows } = await sql<{ compiled_zone: CompiledZone }>`
    select compiled_zone from campaigns where id = ${campaignId}`.execute(api.opened.db);
  return rows[0]!.compiled_zone;
}

async function changedSince(changeId: number): Promise<readonly number[]> {
  const { rows } = await sql<{ entity_id: number }>`
    select entity_id from changes where entity = 'campaign' and revision > ${changeId}`.execute(
    api.opened.db,
  );
  return rows.map((it) => it.entity_id);
}

async function lastChange(): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select coalesce(max(revision), 0)::integer as id from changes`.execute(api.opened.db);
  return rows[0]!.id;
}

const run = async (environment: Record<string, string>): Promise<string> => {
  const said: string[] = [];
  await importPlaces({ ATELIER_DATA_DIR: folder, ...environment }, [file], (it) => said.push(it));
  return said.join("\n");
};

test("imported outlines reach stored campaigns: the index finds them where only the outline says so", async () => {
  const arles = await createIn({ include: [{ type: "commune", inseeCode: "13004" }] });
  const circle = await createIn({
    include: [{ type: "circle", lat: 45.8336, lon: 1.2476, radiusMeters: 10_000 }],
  });
  expect(await run({})).toContain("run this again with DATABASE_URL");
  const contours = readContours(folder);
  const place = createLocator(readPlaces(), { contours }).locateDevice(salin, true);
  const isPosted = ({ bucketCells, bucketLevel }: CompiledZone): boolean =>
    bucketCells.some((it) => place?.bucketKeys.includes(bucketKey(it, bucketLevel)));
  expect(isPosted(await compiledZoneOf(arles))).toBe(false);

  const before = await lastChange();
  expect(await run({ DATABASE_URL: api.opened.url })).toContain("1 of 1 campaigns");
  const after = await compiledZoneOf(arles);
  expect(isPosted(after)).toBe(true);
  expect(after.approximate).toBe(false);
  expect(await changedSince(before)).toEqual([arles]);

  const again = await lastChange();
  expect(await run({ DATABASE_URL: api.opened.url })).toContain("0 of 1 campaigns");
  expect(await changedSince(again)).toEqual([]);
  expect((await compiledZoneOf(circle)).approximate).toBe(false);
});

test("a zone that is sent again is compiled again", async () => {
  const zone = { include: [{ type: "commune", inseeCode: "87085" }] };
  const campaignId = await createIn(zone);
  const compiled = await compiledZoneOf(campaignId);
  await sql`update campaigns set compiled_zone = ${JSON.stringify({ ...compiled, label: "older" })}::jsonb
    where id = ${campaignId}`.execute(api.opened.db);
  const path = `/v1/campaigns/${campaignId}`;
  await api.as("manager").patch(path, { name: "Toits neufs" });
  expect((await compiledZoneOf(campaignId)).label).toBe("older");
  expect((await api.as("manager").patch(path, { zone })).status).toBe(200);
  expect(await compiledZoneOf(campaignId)).toEqual(compiled);
});
