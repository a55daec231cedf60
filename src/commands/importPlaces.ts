import { type Environment, parseConfig } from "../config.ts";
import { compileZone } from "../geo/compileZone.ts";
import type { Places } from "../geo/places.ts";
import { SetupError } from "../setupError.ts";
import { importContoursFile, readContours } from "../stores/files/contours.ts";
import { readPlaces } from "../stores/files/places.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import { recompileZones } from "../stores/postgres/recompileZones.ts";

const listedRejects = 20;

/**
 * `places:import FILE`: reads contours of communes (GeoJSON by INSEE code) into the data folder, and with DATABASE_URL
 * brings the stored zones in step with them.
 */
export async function importPlaces(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const [file] = args;
  if (file === undefined)
    throw new SetupError("Usage: npm run places:import -- FILE.geojson (contours of communes).");
  const { dataDir, databaseUrl } = parseConfig(environment, "places:import");
  const places = readPlaces();
  const imported = importContoursFile(file, dataDir, places, (done, total) =>
    say(`${done} of ${total} contours`),
  );
  say(`${imported.cellsByCommune.size} communes have their real outline in ${dataDir}`);
  for (const { index, inseeCode, reason } of imported.rejected.slice(0, listedRejects))
    say(`Left out: feature ${index} (${inseeCode ?? "no code"}): ${reason}`);
  const unlisted = imported.rejected.length - listedRejects;
  if (unlisted > 0) say(`… and ${unlisted} more`);
  if (databaseUrl === null)
    say(
      "Stored campaigns are still found by the approximate outlines: run this again with DATABASE_URL to bring them in step.",
    );
  else await recompileStored(databaseUrl, dataDir, places, say);
}

async function recompileStored(
  databaseUrl: string,
  dataDir: string,
  places: Places,
  say: (line: string) => void,
): Promise<void> {
  const contours = readContours(dataDir);
  const db = createDatabase({ url: databaseUrl, maxConnections: 1, statementTimeoutMs: 60_000 });
  try {
    const { looked, changed } = await recompileZones(db, (zone) =>
      compileZone(zone, places, contours),
    );
    say(`${changed} of ${looked} campaigns that name a place now follow the outlines.`);
    say("Restart the servers that read this data folder.");
  } finally {
    await db.destroy();
  }
}
