import { parentPort, workerData } from "node:worker_threads";
import { createBoundedCache } from "../boundedCache.ts";
import { compileZone } from "../geo/compileZone.ts";
import type { Contours } from "../geo/contours.ts";
import type { Places } from "../geo/places.ts";
import { indexCompetition } from "../reports/forecast/competition.ts";
import { forecastCampaign } from "../reports/forecast/forecast.ts";
import type { ForecastSample } from "../reports/forecast/forecastSample.ts";
import type { Forecast } from "../reports/forecast/forecastTypes.ts";
import { buildPriorSample } from "../reports/forecast/priorSample.ts";
import { readContours } from "../stores/files/contours.ts";
import { readPlaces } from "../stores/files/places.ts";
import { createCampaignFeed } from "../stores/postgres/campaignFeed.ts";
import { createForecastPeople } from "../stores/postgres/forecastPeople.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import { createForecastSampleReader } from "../stores/postgres/readForecastSample.ts";
import { createTrafficHours } from "../stores/postgres/trafficHours.ts";
import { buildMeasuredSample } from "./buildForecastSample.ts";
import type { ForecastAsk, ForecastMessage, ForecastOrder } from "./forecastThread.ts";
import { createToBeatToday } from "./toBeatToday.ts";

/** The thread of forecasts: builds its sample once, then answers until it is told to end. */
const order = workerData as ForecastOrder;
const tell = (message: ForecastMessage): void => parentPort?.postMessage(message);

const startedAtMs = performance.now();
const places = readPlaces();
const contours = readContours(order.dataDir);
const sample = await loadSample(places);
const answers = createBoundedCache<Forecast>(200);
parentPort?.on("message", (ask: ForecastAsk | null) => {
  if (ask === null) parentPort?.close();
  else answer(ask);
});
tell({
  kind: "ready",
  facts: {
    basis: sample.basis,
    rows: sample.rows.count,
    visitors: sample.visitors.count,
    builtMs: Math.round(performance.now() - startedAtMs),
  },
});

function answer({ id, asked }: ForecastAsk): void {
  try {
    const beganMs = performance.now();
    const key = JSON.stringify(asked);
    const known = answers.get(key);
    const forecast = known ?? forecastOf(sample, asked, contours);
    answers.set(key, forecast);
    tell({ kind: "answer", id, forecast, ms: performance.now() - beganMs });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tell({ kind: "failed", id, message });
  }
}

function forecastOf(
  from: ForecastSample,
  asked: ForecastAsk["asked"],
  outlines: Contours | null,
): Forecast {
  return forecastCampaign(from, { ...asked, zone: compileZone(asked.zone, places, outlines) });
}

/** What was measured, else what the census and today's campaigns say. */
async function loadSample(table: Places): Promise<ForecastSample> {
  const db = createDatabase({
    url: order.databaseUrl,
    maxConnections: 1,
    statementTimeoutMs: 120_000,
  });
  try {
    const { campaigns } = await createCampaignFeed(db).loadAll(order.nowMs);
    const competition = indexCompetition(campaigns, order.nowMs);
    const deps = {
      reader: createForecastSampleReader(db),
      traffic: createTrafficHours(db),
      people: createForecastPeople(db),
      places: table,
      competition,
      salt: order.salt,
    };
    const measured = await buildMeasuredSample(deps, order.nowMs);
    if (measured !== null) return measured;
    const communes = table.sites.sites.flatMap((site) => site.communes);
    return buildPriorSample({
      communes,
      competition,
      toBeatAt: createToBeatToday(campaigns, order.nowMs),
    });
  } finally {
    await db.destroy();
  }
}
