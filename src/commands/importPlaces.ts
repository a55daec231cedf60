import { type Environment, parseConfig } from "../config.ts";
import { SetupError } from "../setupError.ts";
import { importContoursFile } from "../stores/files/contours.ts";
import { readPlaces } from "../stores/files/places.ts";

const listedRejects = 20;

/** `places:import FILE`: reads contours of communes (GeoJSON by INSEE code) into the data folder. */
export function importPlaces(
  environment: Environment,
  args: readonly string[],
  say: (line: string) => void,
): void {
  const [file] = args;
  if (file === undefined)
    throw new SetupError("Usage: npm run places:import -- FILE.geojson (contours of communes).");
  const { dataDir } = parseConfig(environment, "places:import");
  const imported = importContoursFile(file, dataDir, readPlaces(), (done, total) =>
    say(`${done} of ${total} contours`),
  );
  say(`${imported.cellsByCommune.size} communes have their real outline in ${dataDir}`);
  for (const { index, inseeCode, reason } of imported.rejected.slice(0, listedRejects))
    say(`Left out: feature ${index} (${inseeCode ?? "no code"}): ${reason}`);
  const unlisted = imported.rejected.length - listedRejects;
  if (unlisted > 0) say(`… and ${unlisted} more`);
}
