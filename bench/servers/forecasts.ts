import { Router } from "express";
import type { Places } from "../../src/geo/places.ts";
import { validateZone } from "../../src/geo/validateZone.ts";
import { createForecastThread } from "../../src/jobs/forecastThread.ts";
import { forecastsRouter } from "../../src/routes/forecasts.ts";
import { createReadBody, managementBodyLimitBytes } from "../../src/routes/readBody.ts";

/** `POST /v1/forecasts` for whoever asks: its thread replays the census, for nothing was counted yet. */
export function benchForecasts(databaseUrl: string, dataDir: string, places: Places): Router[] {
  const thread = createForecastThread({
    orderOf: () => ({ databaseUrl, dataDir, nowMs: Date.now(), salt: 1 }),
    log: (line) => process.stderr.write(`${line}\n`),
    monotonicMs: () => performance.now(),
  });
  const bodies = Router();
  bodies.use("/v1/forecasts", createReadBody(managementBodyLimitBytes));
  const forecasts = forecastsRouter({
    authenticate: (_request, _response, next) => next(),
    validateZone(zone: unknown) {
      const outcome = validateZone(zone, places);
      return outcome.ok ? [] : outcome.problems;
    },
    readSegments: async () => [],
    forecast: thread.ask,
    nowMs: Date.now,
  });
  return [bodies, forecasts];
}
