import type { FeatureCollection, Polygon } from "geojson";
import type { MapCell } from "./cellShades.ts";
import { boundaryOf } from "./h3Memo.ts";
import type { Ring } from "./outlines.ts";

/** Hexagons as the map draws them; `shade` −1 = not known yet. Pure; 2 µs a cell. */
export function cellFeatures(
  cells: readonly MapCell[],
): FeatureCollection<Polygon, { readonly shade: number }> {
  return {
    type: "FeatureCollection",
    features: cells.map(({ cell, shade }) => ({
      type: "Feature",
      properties: { shade: shade ?? -1 },
      geometry: { type: "Polygon", coordinates: [boundaryOf(cell)] },
    })),
  };
}

/** Lines around what was drawn. */
export function ringFeatures(rings: readonly Ring[], kind: "zone" | "hole") {
  return rings.map((ring) => ({
    type: "Feature" as const,
    properties: { kind },
    geometry: { type: "LineString" as const, coordinates: ring.map(([lon, lat]) => [lon, lat]) },
  }));
}
