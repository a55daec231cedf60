import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  type ContourCells,
  type Contours,
  createContours,
  packContourCells,
  unpackContourCells,
} from "../../geo/contours.ts";
import { type ImportedContours, importContours } from "../../geo/importContours.ts";
import type { Places } from "../../geo/places.ts";

/**
 * Name of the file of imported contours within the data folder. Gzipped: one line of JSON, `{codes, counts}`, then the
 * cells as 64-bit little-endian integers, commune after commune.
 */
export const contoursFileName = "contours-v1.bin.gz";

/** A JavaScript string holds no more; départements can be imported one after the other. */
const maxGeojsonBytes = 500_000_000;

/**
 * The body of `npm run places:import -- FILE`: reads a GeoJSON file, writes the compact cells next to the other data and
 * says what was left out. Communes that were imported earlier and are not in this file are kept.
 * Throws what `importContours` throws, RangeError for a file over 500 MB, and the file system's errors.
 */
export function importContoursFile(
  geojsonFile: string,
  dataFolder: string,
  places: Places,
  onProgress?: (done: number, total: number) => void,
): ImportedContours {
  if (statSync(geojsonFile).size > maxGeojsonBytes)
    throw new RangeError(`${geojsonFile} is over 500 MB: split it, imports add up`);
  const imported = importContours(readFileSync(geojsonFile, "utf8"), places, onProgress);
  const earlier = readPacked(dataFolder);
  const cells = new Map([
    ...(earlier === null ? [] : unpackContourCells(earlier)),
    ...imported.cellsByCommune,
  ]);
  writePacked(dataFolder, packContourCells(cells));
  return imported;
}

/** The imported contours, or null when there are none. Throws when the file is damaged: it says which. */
export function readContours(dataFolder: string): Contours | null {
  const packed = readPacked(dataFolder);
  return packed === null || packed.codes.length === 0 ? null : createContours(packed);
}

/** Writes beside the target and renames, so that a reader never sees half a file. */
function writePacked(dataFolder: string, { codes, offsets, cells }: ContourCells): void {
  mkdirSync(dataFolder, { recursive: true });
  const counts = codes.map((_, i) => offsets[i + 1]! - offsets[i]!);
  const numbers = Buffer.alloc(8 * cells.length);
  for (const [i, cell] of cells.entries()) numbers.writeBigUInt64LE(cell, 8 * i);
  const header = Buffer.from(`${JSON.stringify({ codes, counts })}\n`);
  const target = join(dataFolder, contoursFileName);
  writeFileSync(`${target}.part`, gzipSync(Buffer.concat([header, numbers])));
  renameSync(`${target}.part`, target);
}

function readPacked(dataFolder: string): ContourCells | null {
  const file = join(dataFolder, contoursFileName);
  let packed: Buffer;
  try {
    packed = readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  try {
    return parsePacked(gunzipSync(packed));
  } catch (cause) {
    throw new Error(`${file} is damaged: delete it and import the contours again`, { cause });
  }
}

function parsePacked(bytes: Buffer): ContourCells {
  const headerEnd = bytes.indexOf("\n");
  const header: { codes: readonly string[]; counts: readonly number[] } = JSON.parse(
    bytes.toString("utf8", 0, headerEnd),
  );
  const { codes, counts } = header;
  if (codes.length !== counts.length) throw new Error("codes and counts do not go together");
  const offsets = new Uint32Array(codes.length + 1);
  for (const [i, count] of counts.entries()) offsets[i + 1] = offsets[i]! + count;
  const numbers = bytes.subarray(headerEnd + 1);
  if (numbers.length !== 8 * offsets[codes.length]!)
    throw new Error("cells are missing or left over");
  const cells = BigUint64Array.from({ length: numbers.length / 8 }, (_, i) =>
    numbers.readBigUInt64LE(8 * i),
  );
  return { codes, offsets, cells };
}
