import { type RequestHandler, Router } from "express";
import { z } from "zod";
import { invalidBody, parseFields } from "../campaigns/problems.ts";
import type { ZoneRules } from "../campaigns/saveCampaign.ts";
import { zoneSchema } from "../campaigns/zoneSchema.ts";
import type { Zone } from "../geo/types.ts";
import type { MapCells } from "../geo/zoneReport.ts";
import type { ZoneSummary } from "../geo/zoneSummary.ts";

export interface ZonesRouterDeps {
  readonly authenticate: RequestHandler;
  readonly zones: Pick<ZoneRules, "validateZone"> & {
    readonly summarizeZone: (zone: Zone) => ZoneSummary;
    readonly zoneToMapCells: (zone: Zone, resolution: number, maxCells: number) => MapCells;
  };
}

/** Hexagons in one preview. */
const maxPreviewCells = 2_000;

const previewSchema = z.strictObject({
  zone: zoneSchema,
  /** The finest H3 resolution to draw in. */
  resolution: z.int().min(0).max(10).default(10),
});

/**
 * `POST /v1/zones/preview` {zone, resolution?} → {summary, cells}: what a zone means and at most 2,000 hexagons to draw,
 * coarser than asked where the zone needs it. Nothing is stored; any key may ask. 422 names every problem of the zone.
 */
export function zonesRouter({ authenticate, zones }: ZonesRouterDeps): Router {
  const router = Router();
  router.use("/v1/zones", authenticate);
  router.post("/v1/zones/preview", (request, response) => {
    const parsed = parseFields(previewSchema, request.body, ({ zone }) =>
      zone === undefined
        ? []
        : zones
            .validateZone(zone)
            .map(({ pointer, rule }) => ({ pointer: `/zone${pointer}`, rule })),
    );
    if (!parsed.ok) throw invalidBody(parsed.problems);
    const { zone, resolution } = parsed.value;
    response.json({
      summary: zones.summarizeZone(zone),
      cells: zones.zoneToMapCells(zone, resolution, maxPreviewCells),
    });
  });
  return router;
}
