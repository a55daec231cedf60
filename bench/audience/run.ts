import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDynamoDb } from "../../src/embedded/dynamodb.ts";
import { publishScores } from "../../src/jobs/scoring/publishScores.ts";
import { runFolderOf } from "../../src/jobs/scoring/runFolder.ts";
import { scoreAudiences } from "../../src/jobs/scoring/scoreAudiences.ts";
import { createDynamoDbClient, emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { ensureScoresTable } from "../../src/stores/dynamodb/ensureScoresTable.ts";
import { createScoreWriter } from "../../src/stores/dynamodb/publishScores.ts";
import { createScoresTable } from "../../src/stores/dynamodb/scores.ts";
import { standardSegments } from "../../src/stores/files/standardSegments.ts";
import { readEventSchemas } from "../../src/stores/lake/eventSchemas.ts";
import { createFolderStorage } from "../../src/stores/lake/folderStorage.ts";
import { generateLake } from "./generateLake.ts";

/** node bench/audience/run.ts [--events 1000000] [--publish]: events → lake → features → scores, and what each stage took. */
const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    publish: { type: "boolean", default: false },
  },
});
const events = Number(values.events);
const visitors = Math.max(1_000, Math.round(events / 20));
const untilMs = Date.UTC(2026, 5, 1);
const folder = await mkdtemp(join(tmpdir(), "atelier-audience-"));

async function stage<T>(name: string, work: () => Promise<T>): Promise<T> {
  const [startedMs, before] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
  console.log(
    `${name}: ${seconds} s, ${((user + system) / 1e6).toFixed(1)} s of CPU, ${peak} MB at most until now`,
  );
  return result;
}

try {
  const segments = standardSegments().map((one, index) => ({ ...one, segmentId: index + 1 }));
  const categories = segments.flatMap(({ definition }) =>
    definition.kind === "in_market" ? definition.categories : [],
  );
  const schemas = await readEventSchemas();
  const schema = schemas.find(({ $id }) => $id === "page_activity.v1");
  const linkSchema = schemas.find(({ $id }) => $id === "identity_link.v1");
  if (schema === undefined || linkSchema === undefined)
    throw new Error("A schema is not published");
  const lake = join(folder, "lake");
  const distinct = [...new Set(categories)].sort();
  await stage(`${events} events into the lake`, () =>
    generateLake({
      folder: lake,
      schema,
      events,
      visitors,
      days: 60,
      untilMs,
      categories: distinct,
      seed: 1,
    }),
  );
  const run = runFolderOf(join(folder, "scoring"));
  const begunMs = performance.now();
  const say = (line: string) => {
    const seconds = ((performance.now() - begunMs) / 1_000).toFixed(1).padStart(6);
    console.log(`  ${seconds} s  ${line}`);
  };
  const scored = await stage(`features, ${segments.length} segments, scores`, () =>
    scoreAudiences({
      asOfMs: untilMs,
      segments,
      only: null,
      seeds: [],
      storage: createFolderStorage(lake),
      schema,
      linkSchema,
      folder: run,
      clockMs: Date.now,
      say,
    }),
  );
  console.log(`${scored.events} events, ${scored.visitors} visitors`);
  if (values.publish) await publish(run.scores, scored.visitors);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function publish(scores: string, count: number): Promise<void> {
  const options = { dataDir: folder, logFile: join(folder, "dynamodb.log"), durable: false };
  const server = await startDynamoDb({ ...options, log: () => undefined });
  const client = createDynamoDbClient({
    endpoint: server.url,
    region: "eu-west-3",
    credentials: emulatorCredentials,
    use: "batch",
  });
  try {
    await ensureScoresTable(client, "bench");
    await stage(`${count} visitors into the emulator of DynamoDB`, () =>
      publishScores({
        scores,
        visitors: count,
        asOfMs: untilMs,
        table: createScoresTable(client, "bench"),
        writer: createScoreWriter(client, "bench"),
        suppressedOf: async () => new Set(),
        warm: null,
        lifeSeconds: 3_600,
        clockMs: Date.now,
        say: (line) => console.log(`  ${line}`),
      }),
    );
  } finally {
    client.destroy();
    await server.stop();
  }
}
