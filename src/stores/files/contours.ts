import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Contours, createContours } from "../../geo/contours.ts";
import { type ImportedContours, importContours } from "../../geo/importContours.ts";
import type { Places } from "../../geo/places.ts";

/** Name of the file of imported contours within the data folder. */
export const contoursFileName = "contours-v1.tsv.gz";

/**
 * The body of `npm run places:import -- FILE`: reads a GeoJSON file, writes the compact cells next to the other data and
 * says what was left out. Communes that were imported earlier and are not in this file are kept.
 * Throws what `importContours` throws, and the file system's errors.
 */
export function importContoursFile(
  geojsonFile: string,
  dataFolder: string,
  places: Places,
  onProgress?: (done: number, total: number) => void,
): ImportedContours {
  const imported = importContours(readFileSync(geojsonFile, "utf8"), places, onProgress);
  const earlier = readContourCells(dataFolder);
  writeContourCells(dataFolder, new Map([...(earlier ?? []), ...imported.cellsByCommune]));
  return imported;
}

/** The imported contours, or null when there are none. Throws when the file is damaged: it says which. */
export function readContours(dataFolder: string): Contours | null {
  const cells = readContourCells(dataFolder);
  return cells === null || cells.size === 0 ? null : createContours(cells);
}

/** Writes beside the target and renames, so that a reader never sees half a file. */
function writeContourCells(
  dataFolder: string,
  cellsByCommune: ReadonlyMap<string, readonly string[]>,
): void {
  mkdirSync(dataFolder, { recursive: true });
  const lines = [...cellsByCommune].map(([code, cells]) => `${code}\t${cells.join(",")}\n`);
  const target = join(dataFolder, contoursFileName);
  writeFileSync(`${target}.part`, gzipSync(lines.join("")));
  renameSync(`${target}.part`, target);
}

function readContourCells(dataFolder: string): Map<string, readonly string[]> | null {
  const file = join(dataFolder, contoursFileName);
  let packed: Buffer;
  try {
    packed = readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    const lines = gunzipSync(packed)
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    return new Map(lines.map(parseLine));
  } catch (cause) {
    throw new Error(`${file} is damaged: delete it and import the contours again`, { cause });
  }
}

function parseLine(line: string): readonly [string, readonly string[]] {
  const [code, cells] = line.split("\t");
  if (code === undefined || cells === undefined || !/^[0-9a-f,]+$/.test(cells))
    throw new Error("a line that is no contour");
  return [code, cells.split(",")];
}
