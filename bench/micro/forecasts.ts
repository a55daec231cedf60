import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { startPostgres } from "../../src/embedded/postgres.ts";
import { createForecastThread } from "../../src/jobs/forecastThread.ts";
import type { AskedForecast } from "../../src/reports/forecast/forecastTypes.ts";
import { migrateToLatest } from "../../src/stores/postgres/migrate.ts";

/**
 * `node bench/micro/forecasts.ts`: how long forecasts take while several people drag a radius at once, and how long this
 * thread's event loop was held meanwhile. On an empty database of its own, so that the census is replayed; `--database URL`
 * takes another's sample.
 */
const { values } = parseArgs({
  options: {
    database: { type: "string" },
    "data-dir": { type: "string", default: ".atelier" },
    people: { type: "string", default: "8" },
    asks: { type: "string", default: "60" },
  },
});
const folder = await mkdtemp(join(tmpdir(), "forecasts-"));
await chmod(folder, 0o711);
const postgres =
  values.database === undefined
    ? await startPostgres({
        dataDir: folder,
        durable: false,
        logFile: join(folder, "postgres.log"),
        log: () => undefined,
      })
    : null;
const databaseUrl = postgres?.url ?? values.database ?? "";
if (postgres !== null) await migrateToLatest(databaseUrl);

const thread = createForecastThread({
  orderOf: () => ({ databaseUrl, dataDir: values["data-dir"], nowMs: Date.now(), salt: 1 }),
  log: console.error,
  monotonicMs: () => performance.now(),
});
const today = new Date().toISOString().slice(0, 10);
const towns = [
  { lat: 45.8336, lon: 1.2476 },
  { lat: 48.8566, lon: 2.3522 },
  { lat: 47.2184, lon: -1.5536 },
  { lat: 43.2965, lon: 5.3698 },
] as const;

function questionOf(person: number, step: number): AskedForecast {
  const town = towns[person % towns.length]!;
  const radiusMeters = 1_000 + 397 * step + 13 * person;
  return {
    zone: { include: [{ type: "circle", ...town, radiusMeters }], exclude: [] },
    placeIntention: "any",
    formats: ["native"],
    wantedCategories: [],
    avoidedCategories: [],
    devices: [],
    hoursOfWeek: null,
    audience: [],
    frequencyCaps:
      person % 2 === 0 ? [] : [{ per: "campaign", maxImpressions: 3, windowSeconds: 86_400 }],
    pricing: "cpm",
    bidMicros: 5_000_000,
    dailyBudgetMicros: 20_000_000,
    totalBudgetMicros: null,
    startsOn: today,
    endsOn: today,
  };
}

const beganMs = performance.now();
await thread.ask(questionOf(0, 0));
console.log(
  `ready after ${(performance.now() - beganMs).toFixed(0)} ms: ${JSON.stringify(thread.state())}`,
);
const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();
const taken: number[] = [];
await Promise.all(
  Array.from({ length: Number(values.people) }, async (_, person) => {
    for (let step = 1; step <= Number(values.asks); step++) {
      const askedMs = performance.now();
      await thread.ask(questionOf(person, step));
      taken.push(performance.now() - askedMs);
    }
  }),
);
loop.disable();
taken.sort((a, b) => a - b);
const at = (share: number): string => (taken[Math.floor(share * taken.length)] ?? 0).toFixed(1);
console.log(
  `${taken.length} forecasts, ${values.people} at a time: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms; ` +
    `this loop was late by ${(loop.percentile(99) / 1e6).toFixed(1)} ms at p99`,
);
const france: AskedForecast = {
  ...questionOf(0, 0),
  zone: { include: [{ type: "france" }], exclude: [] },
};
const franceMs: number[] = [];
for (let time = 0; time < 5; time++) {
  const askedMs = performance.now();
  await thread.ask({ ...france, bidMicros: 5_000_000 + 1_000 * time });
  franceMs.push(Math.round(performance.now() - askedMs));
}
console.log(`all of France: ${franceMs.join(", ")} ms`);
await thread.stop();
await postgres?.stop();
await rm(folder, { recursive: true, force: true });
