import { findCrossing } from "./crossings.ts";
import { eastOf, pointInRings, polygonAreaM2, ringAreaM2 } from "./rings.ts";
import type { PolygonRings, ZoneArea } from "./types.ts";

/** Vertices of all polygons of a zone together. */
export const maxZoneVertices = 10_000;
/** Polygons on each side of a zone, those of a MultiPolygon counted one by one: each costs a cover of its own. */
export const maxZonePolygons = 100;

/** What the polygons of a zone may still use; vertices count over both sides, polygons over one. */
export interface PolygonBudget {
  vertices: number;
  polygons: number;
}
/** Largest polygon, km²: France with its seas is far below ten million, and a drawing of that size is a slip. */
export const maxPolygonKm2 = 5_000_000;
/** Smallest ring, m²: below it nobody lives in it. */
const minRingM2 = 100;

export type Report = (pointer: string, rule: string) => void;
type PolygonArea = Extract<ZoneArea, { type: "polygon" }>;

/**
 * A GeoJSON Polygon or MultiPolygon from unknown input. Reports every fault with a pointer to the ring or vertex; null
 * when there was any. A ring that only lacks its closing vertex is closed. `budget` counts what was used so far.
 */
export function parsePolygonArea(
  input: unknown,
  pointer: string,
  budget: PolygonBudget,
  report: Report,
): PolygonArea | null {
  if (!isRecord(input)) return fail(report, pointer, "must be a GeoJSON Polygon or MultiPolygon");
  const { type, coordinates } = input;
  if (type === "Polygon") {
    budget.polygons++;
    if (budget.polygons > maxZonePolygons) return fail(report, pointer, tooManyPolygons);
    const rings = parsePolygon(coordinates, `${pointer}/coordinates`, budget, report);
    return rings && { type: "polygon", geometry: { type, coordinates: rings } };
  }
  if (type !== "MultiPolygon")
    return fail(report, `${pointer}/type`, 'must be "Polygon" or "MultiPolygon"');
  if (!Array.isArray(coordinates) || coordinates.length === 0)
    return fail(report, `${pointer}/coordinates`, "must be a list of at least one polygon");
  budget.polygons += coordinates.length;
  if (budget.polygons > maxZonePolygons)
    return fail(report, `${pointer}/coordinates`, tooManyPolygons);
  const polygons: PolygonRings[] = [];
  for (const [i, one] of coordinates.entries()) {
    const rings = parsePolygon(one, `${pointer}/coordinates/${i}`, budget, report);
    if (rings !== null) polygons.push(rings);
    if (budget.vertices > maxZoneVertices) return null;
  }
  if (polygons.length < coordinates.length) return null;
  return { type: "polygon", geometry: { type, coordinates: polygons } };
}

const tooManyPolygons = `each side of a zone has at most ${maxZonePolygons} polygons in all`;

function parsePolygon(
  input: unknown,
  pointer: string,
  budget: PolygonBudget,
  report: Report,
): PolygonRings | null {
  if (!Array.isArray(input) || input.length === 0)
    return fail(report, pointer, "must be a list of rings, the outer one first");
  const rings: [number, number][][] = [];
  for (const [r, one] of input.entries()) {
    const ring = parseRing(one, `${pointer}/${r}`, budget, report);
    if (ring !== null) rings.push(ring);
    if (budget.vertices > maxZoneVertices) return null;
  }
  if (rings.length < input.length) return null;
  return isSoundPolygon(rings, pointer, report) ? rings : null;
}

function parseRing(
  input: unknown,
  pointer: string,
  budget: PolygonBudget,
  report: Report,
): [number, number][] | null {
  if (!Array.isArray(input))
    return fail(report, pointer, "must be a list of [longitude, latitude]");
  budget.vertices += input.length;
  if (budget.vertices > maxZoneVertices)
    return fail(report, pointer, `a zone has at most ${maxZoneVertices} vertices in all`);
  const ring: [number, number][] = [];
  for (const [v, vertex] of input.entries()) {
    const problem = vertexProblem(vertex);
    if (problem !== null) return fail(report, `${pointer}/${v}`, problem);
    ring.push([vertex[0], vertex[1]]);
  }
  const distinct = new Set(ring.map(([lon, lat]) => `${lon},${lat}`)).size;
  if (distinct < 3) return fail(report, pointer, "must have at least 3 different vertices");
  const [first, last] = [ring[0]!, ring[ring.length - 1]!];
  if (first[0] !== last[0] || first[1] !== last[1]) ring.push([first[0], first[1]]);
  return ring;
}

/** What is wrong with a vertex, or null. */
function vertexProblem(vertex: unknown): string | null {
  if (!Array.isArray(vertex) || vertex.length < 2 || vertex.length > 3)
    return "must be [longitude, latitude]";
  const [lon, lat] = vertex;
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return "must be two finite numbers";
  if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) return null;
  const swapped = Math.abs(lat) <= 180 && Math.abs(lon) <= 90;
  return swapped
    ? "the latitude must be within ±90: did you swap latitude and longitude?"
    : "the longitude must be within ±180 and the latitude within ±90";
}

function isSoundPolygon(rings: PolygonRings, pointer: string, report: Report): boolean {
  const [outer, ...holes] = rings as [PolygonRings[number], ...PolygonRings];
  const origin = outer[0]![0];
  const wide = outer.findIndex((it, i) => i > 0 && tooWide(it[0], outer[i - 1]![0], origin));
  if (wide >= 0) {
    report(`${pointer}/0/${wide}`, "a polygon may not be wider than half the Earth: split it");
    return false;
  }
  const crossing = findCrossing(rings);
  if (crossing !== null) {
    const { ring, vertex, otherRing, otherVertex } = crossing;
    report(
      `${pointer}/${ring}/${vertex}`,
      `the edge from this vertex crosses the edge from ${otherRing}/${otherVertex}`,
    );
    return false;
  }
  for (const [r, ring] of rings.entries())
    if (ringAreaM2(ring) < minRingM2) {
      report(`${pointer}/${r}`, "must enclose an area: its vertices lie on one line");
      return false;
    }
  const strayHole = holes.findIndex((hole) =>
    hole.every(([lon, lat]) => !pointInRings(lat, lon, [outer])),
  );
  if (strayHole >= 0) {
    report(`${pointer}/${strayHole + 1}`, "a hole must lie inside the outer ring");
    return false;
  }
  const km2 = polygonAreaM2(rings) / 1e6;
  if (km2 <= maxPolygonKm2) return true;
  report(pointer, `${Math.round(km2)} km² is too large: at most ${maxPolygonKm2} km²`);
  return false;
}

/** An edge that seems to jump around the far side of the Earth as seen from the first vertex. */
function tooWide(lon: number, before: number, origin: number): boolean {
  return Math.abs(eastOf(lon, origin) - eastOf(before, origin)) > 180;
}

export function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

function fail(report: Report, pointer: string, rule: string): null {
  report(pointer, rule);
  return null;
}
