import { compactCells, latLngToCell, polygonToCells } from "h3-js";
import { contourResolution } from "./contours.ts";
import type { Places } from "./places.ts";
import { polygonAreaM2, polygonsOf } from "./rings.ts";
import type { CellId, PolygonRings } from "./types.ts";
import { isRecord, parsePolygonArea } from "./validatePolygon.ts";

/** A feature that was left out, and why. */
export interface RejectedFeature {
  /** Its place in the collection, from 0. */
  readonly index: number;
  /** The code that it gave, if any. */
  readonly inseeCode: string | null;
  readonly reason: string;
}

export interface ImportedContours {
  /** Compacted cells of resolution 9 and coarser by INSEE code. */
  readonly cellsByCommune: ReadonlyMap<string, readonly CellId[]>;
  readonly rejected: readonly RejectedFeature[];
}

/** Properties in which GeoJSON files of French communes carry the INSEE code. */
const codeProperties = [
  "code",
  "insee",
  "codeInsee",
  "code_insee",
  "INSEE_COM",
  "insee_com",
  "DEPCOM",
];
const maxFeatures = 50_000;
/** The largest commune, Maripasoula, has 18,360 km². */
const maxCommuneKm2 = 25_000;

/**
 * Reads a GeoJSON FeatureCollection of commune outlines (IGN Admin Express, Etalab and the like) into compact cells.
 * A cell belongs to the commune that its centre lies in; of two features that overlap, the one with the larger cell there keeps it. A feature that
 * cannot be used is reported and left out. Throws SyntaxError for broken JSON and RangeError for something that is no
 * FeatureCollection or has more than 50,000 features. About 10 µs a cell: under a minute for all of France.
 */
export function importContours(
  geojsonText: string,
  places: Places,
  onProgress: (done: number, total: number) => void = () => {},
): ImportedContours {
  const input: unknown = JSON.parse(geojsonText);
  if (!isRecord(input) || input.type !== "FeatureCollection" || !Array.isArray(input.features))
    throw new RangeError("not a GeoJSON FeatureCollection");
  if (input.features.length > maxFeatures)
    throw new RangeError(`more than ${maxFeatures} features`);
  const cellsByCommune = new Map<string, readonly CellId[]>();
  const rejected: RejectedFeature[] = [];
  for (const [index, feature] of input.features.entries()) {
    const inseeCode = codeOf(feature);
    const outcome = readFeature(feature, inseeCode, places, cellsByCommune);
    if (typeof outcome === "string") rejected.push({ index, inseeCode, reason: outcome });
    else cellsByCommune.set(inseeCode as string, outcome);
    onProgress(index + 1, input.features.length);
  }
  return { cellsByCommune, rejected };
}

function codeOf(feature: unknown): string | null {
  if (!isRecord(feature) || !isRecord(feature.properties)) return null;
  for (const name of codeProperties) {
    const value = feature.properties[name];
    if (typeof value === "string") return value;
  }
  return null;
}

/** The feature's cells, or the reason why it has none. */
function readFeature(
  feature: unknown,
  inseeCode: string | null,
  places: Places,
  taken: ReadonlyMap<string, unknown>,
): readonly CellId[] | string {
  if (inseeCode === null) return `no INSEE code in ${codeProperties.join(", ")}`;
  if (!places.communes.has(inseeCode)) return "unknown INSEE code";
  if (taken.has(inseeCode)) return "a second outline of this commune";
  const problems: string[] = [];
  const geometry = isRecord(feature) ? feature.geometry : undefined;
  // Outlines of communes are far longer than drawings: they get a budget of their own.
  const area = parsePolygonArea(
    geometry,
    "/geometry",
    { vertices: -200_000, polygons: -5_000 },
    (at, rule) => {
      problems.push(`${at} ${rule}`);
    },
  );
  if (area === null) return problems[0] ?? "no polygon";
  const polygons = polygonsOf(area.geometry);
  // Asked before the cells are made: half a country would be millions of them.
  const km2 = polygons.reduce((sum, it) => sum + polygonAreaM2(it) / 1e6, 0);
  if (km2 > maxCommuneKm2) return `${Math.round(km2)} km² is far larger than any commune`;
  return compactCells([...new Set(polygons.flatMap(ringsToCells))]);
}

function ringsToCells(rings: PolygonRings): readonly CellId[] {
  const cells = polygonToCells(
    rings.map((ring) => ring.map(([lon, lat]) => [lat, lon])),
    contourResolution,
  );
  if (cells.length > 0) return cells;
  // An islet between the centres still has its cell.
  const [lon, lat] = rings[0]?.[0] ?? [0, 0];
  return [latLngToCell(lat, lon, contourResolution)];
}
