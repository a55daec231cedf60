import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateLake } from "../../../bench/audience/generateLake.ts";
import { runFolderOf } from "../../../src/jobs/scoring/runFolder.ts";
import { scoreAudiences } from "../../../src/jobs/scoring/scoreAudiences.ts";
import { readScoredFile } from "../../../src/stores/files/scoredFile.ts";
import { standardSegments } from "../../../src/stores/files/standardSegments.ts";
import { quoted } from "../../../src/stores/lake/duckdb.ts";
import { readEventSchemas } from "../../../src/stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../../../src/stores/lake/folderStorage.ts";
import { newStateName, partKey } from "../../../src/stores/lake/hours.ts";
import { type EventSchema, tableOf } from "../../../src/stores/lake/lakeTable.ts";
import { emptyManifest } from "../../../src/stores/lake/manifest.ts";
import {
  openScoringEngine,
  type ScoringEngine,
} from "../../../src/stores/lake/scoring/scoringEngine.ts";

const untilMs = Date.UTC(2026, 5, 1);
const linked = 200;
const hour = "2026-05-20T10";
let folder: string;
let schemas: readonly EventSchema[];
let engine: ScoringEngine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "linked-scores-"));
  schemas = await readEventSchemas();
  engine = await openScoringEngine({ threads: 1, memoryMegabytes: 256, spillFolder: folder });
});
afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

const schemaOf = (name: string): EventSchema => schemas.find(({ $id }) => $id === name)!;
/** As `generateLake` names them. */
const visitorKey = "substr(md5(concat('visitor', 1, '-', v)), 1, 22)";

/** Each two of the first visitors are one account's. */
async function link(): Promise<void> {
  const schema = schemaOf("identity_link.v1");
  const part = partKey(schema.$id, hour, newStateName(1));
  const columns = tableOf(schema).columns.map(({ name, type }) =>
    ["event_id", "occurred_at", "kind", "visitor_key", "account_key"].includes(name)
      ? name
      : `cast(null as ${type}) as ${name}`,
  );
  await mkdir(dirname(join(folder, "lake", part)), { recursive: true });
  await engine.run(`copy (select ${columns.join(", ")} from (
      select cast(v as varchar) as event_id, timestamp '2026-05-20 10:00:00' + to_seconds(v) as occurred_at,
        'seen' as kind, ${visitorKey} as visitor_key, rpad(concat('account', v // 2), 22, '_') as account_key
      from range(${linked}) as t(v))) to ${quoted(join(folder, "lake", part))} (format parquet)`);
  const manifest = {
    ...emptyManifest(tableOf(schema)),
    version: 1,
    partitions: { [hour]: { key: part, rows: linked } },
    writtenAtMs: untilMs,
  };
  const storage = createFolderStorage(join(folder, "lake"));
  await storage.replaceManifest(schema.$id, JSON.stringify(manifest));
}

test("visitors of one account have one person's scores under each of their keys, and no account has any", async () => {
  const segments = standardSegments().map((one, index) => ({ ...one, segmentId: index + 1 }));
  const categories = segments.flatMap(({ definition }) =>
    definition.kind === "in_market" ? definition.categories : [],
  );
  await generateLake({
    folder: join(folder, "lake"),
    schema: schemaOf("page_activity.v1"),
    events: 12_000,
    visitors: 600,
    days: 40,
    untilMs,
    categories: [...new Set(categories)].sort().slice(0, 6),
    seed: 1,
  });
  await link();
  const run = runFolderOf(join(folder, "scoring"));
  const { visitors } = await scoreAudiences({
    asOfMs: untilMs,
    segments,
    only: [],
    seeds: [],
    storage: createFolderStorage(join(folder, "lake")),
    schema: schemaOf("page_activity.v1"),
    linkSchema: schemaOf("identity_link.v1"),
    folder: run,
    clockMs: () => untilMs,
    say: () => undefined,
  });
  const scores = new Map<string, ReadonlyMap<number, number>>();
  for await (const batch of readScoredFile(run.scores, 0, 1_000))
    for (const one of batch.visitors) scores.set(one.visitorKey, one.scores);
  // Nobody is written twice.
  expect(scores.size).toBe(visitors);
  expect([...scores.keys()].filter((key) => key.startsWith("account"))).toEqual([]);
  const rows = await engine.rows(
    `select ${visitorKey} as key from range(${linked}) as t(v) order by v`,
  );
  const keys = rows.map(({ key }) => String(key));
  for (let first = 0; first < linked; first += 2) {
    const [one, other] = [scores.get(keys[first]!), scores.get(keys[first + 1]!)];
    expect(one?.size).toBeGreaterThan(0);
    expect(other).toEqual(one);
  }
}, 300_000);
