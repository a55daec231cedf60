import { trafficCellOf } from "../../src/budgets/pacing/pacedCampaign.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { Places } from "../../src/geo/places.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { createTrafficHours } from "../../src/stores/postgres/trafficHours.ts";
import { hourMs, weightAt } from "./curve.ts";
import type { Options } from "./options.ts";
import { noiseAt } from "./traffic.ts";
import type { Area } from "./world.ts";

const historyWeeks = 4;
const weekHours = 168;

/**
 * Writes what the servers would have counted in the weeks before: usual traffic with its noise, without what the run is
 * then wrong about.
 */
export async function writeHistory(
  areas: readonly Area[],
  options: Options,
  places: Places,
  databaseUrl: string,
  startMs: number,
): Promise<void> {
  const cells = new Map(areas.map((area) => [area, cellShares(area, places)]));
  const firstHour = Math.floor(startMs / hourMs) - historyWeeks * weekHours;
  const counted = Array.from({ length: historyWeeks * weekHours }, (_, index) => {
    const hour = firstHour + index;
    return areas.flatMap((area) => {
      const weight = weightAt(area.curve, hour * hourMs, 0);
      const pages = (area.pagesPerDay / 24) * weight * noiseAt(area, options, hour * hourMs);
      return [...cells.get(area)!].map(([cell, share]) => ({
        cell,
        hour,
        requests: Math.round(pages * share),
      }));
    });
  }).flat();
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 30_000 });
  await createTrafficHours(db).add(sumUp(counted.filter(({ requests }) => requests > 0)));
  await db.destroy();
}

/** The counted cells that an area's readers ask about, and how many of its pages each gets. */
function cellShares(area: Area, places: Places): ReadonlyMap<number, number> {
  const locator = createLocator(places);
  const shares = new Map<number, number>();
  for (const { inseeCode } of area.visitors) {
    const cell = trafficCellOf(locator.locateSearch({ inseeCode })?.cell ?? "") ?? 0;
    shares.set(cell, (shares.get(cell) ?? 0) + 1 / area.visitors.length);
  }
  return shares;
}

interface Counted {
  readonly cell: number;
  readonly hour: number;
  readonly requests: number;
}

/** One row a cell and hour: areas may share a cell. */
function sumUp(counted: readonly Counted[]): readonly Counted[] {
  const sums = new Map<string, Counted>();
  for (const one of counted) {
    const key = `${one.cell} ${one.hour}`;
    const known = sums.get(key)?.requests ?? 0;
    sums.set(key, { ...one, requests: known + one.requests });
  }
  return [...sums.values()];
}
