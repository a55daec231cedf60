import type { FeatureCollection, Point, Polygon } from "geojson";
import { namesUrl, outlineUrl } from "./mapStyle.ts";

/** The land and the names that come with the console (`scripts/console-map.ts` makes them). */
export interface BaseMap {
  readonly land: FeatureCollection<Polygon, { readonly kind: LandKind }>;
  readonly names: FeatureCollection<Point, { readonly name: string; readonly from: number }>;
}

type LandKind = "france" | "abroad";
type FlatPolygon = readonly (readonly number[])[];

let asked: Promise<BaseMap> | null = null;

/** Fetched once a page; what failed is tried again at the next map. */
export function readBaseMap(): Promise<BaseMap> {
  asked ??= fetchBaseMap().catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}

async function fetchBaseMap(): Promise<BaseMap> {
  const [outline, names] = await Promise.all([fetchJson(outlineUrl), fetchJson(namesUrl)]);
  const { france, neighbours } = outline as {
    readonly france: readonly FlatPolygon[];
    readonly neighbours: readonly FlatPolygon[];
  };
  return {
    land: {
      type: "FeatureCollection",
      features: [...landOf(neighbours, "abroad"), ...landOf(france, "france")],
    },
    names: { type: "FeatureCollection", features: namesOf(names as readonly NamedPoint[]) },
  };
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

const landOf = (polygons: readonly FlatPolygon[], kind: LandKind) =>
  polygons.map((rings) => ({
    type: "Feature" as const,
    properties: { kind },
    geometry: { type: "Polygon" as const, coordinates: rings.map(toPairs) },
  }));

const toPairs = (flat: readonly number[]): number[][] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] ?? 0, flat[2 * i + 1] ?? 0]);

type NamedPoint = readonly [lon: number, lat: number, name: string, from: number];

const namesOf = (points: readonly NamedPoint[]) =>
  points.map(([lon, lat, name, from]) => ({
    type: "Feature" as const,
    properties: { name, from },
    geometry: { type: "Point" as const, coordinates: [lon, lat] },
  }));
