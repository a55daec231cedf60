import type { ExpressionSpecification, StyleSpecification } from "maplibre-gl";

export type MapScheme = "light" | "dark";

export interface TileSettings {
  readonly url: string;
  readonly attribution: string;
}

interface Palette {
  readonly sea: string;
  readonly land: string;
  readonly abroad: string;
  readonly border: string;
  readonly name: string;
  readonly halo: string;
  readonly zone: string;
  readonly hole: string;
  readonly unknown: string;
  /** Few, some, most people. */
  readonly ramp: readonly [string, string, string];
}

/** Also what the map without WebGL is drawn with. */
export const palettes: Readonly<Record<MapScheme, Palette>> = {
  light: {
    sea: "#dfe8ea",
    land: "#fbfaf6",
    abroad: "#f0eee8",
    border: "#c8c3b8",
    name: "#48525c",
    halo: "#fbfaf6",
    zone: "#175a4a",
    hole: "#b3402a",
    unknown: "#b9d3cb",
    ramp: ["#cfe6de", "#54b395", "#12503f"],
  },
  dark: {
    sea: "#12181b",
    land: "#1e2628",
    abroad: "#182022",
    border: "#3b474d",
    name: "#c4cfd2",
    halo: "#161c1e",
    zone: "#7ac4ad",
    hole: "#e58a73",
    unknown: "#2f4a43",
    ramp: ["#20443a", "#2f8b70", "#a9e3cf"],
  },
};

const publicFolder = `${import.meta.env.BASE_URL}map/`;
export const outlineUrl = `${publicFolder}outline.json`;
export const namesUrl = `${publicFolder}communes.json`;

const nothing = { type: "FeatureCollection" as const, features: [] };
const source = () => ({ type: "geojson" as const, data: nothing, tolerance: 0.2 });

/** The whole style: no glyphs, sprites or tiles from anywhere (names are set in the page's own font). */
export function mapStyle(scheme: MapScheme, tiles: TileSettings | null): StyleSpecification {
  const palette = palettes[scheme];
  return {
    version: 8,
    sources: {
      land: source(),
      names: source(),
      cells: { ...source(), tolerance: 0, buffer: 8 },
      zone: { ...source(), tolerance: 0 },
      ...(tiles === null ? {} : { tiles: rasterOf(tiles) }),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": palette.sea } },
      ...landLayers(palette),
      ...(tiles === null ? [] : [{ id: "tiles", type: "raster" as const, source: "tiles" }]),
      cellLayer(palette),
      zoneLayer(palette),
      ...(tiles === null ? [nameLayer(palette)] : []),
    ],
  };
}

const rasterOf = ({ url, attribution }: TileSettings) => ({
  type: "raster" as const,
  tiles: [url],
  tileSize: 256,
  attribution,
});

const landLayers = ({ land, abroad, border }: Palette) => [
  {
    id: "land",
    type: "fill" as const,
    source: "land",
    paint: {
      "fill-color": [
        "match",
        ["get", "kind"],
        "france",
        land,
        abroad,
      ] satisfies ExpressionSpecification,
      "fill-outline-color": border,
    },
  },
];

const cellLayer = ({ unknown, ramp: [few, some, most], land }: Palette) => ({
  id: "cells",
  type: "fill" as const,
  source: "cells",
  paint: {
    "fill-color": [
      "case",
      ["<", ["get", "shade"], 0],
      unknown,
      ["interpolate", ["linear"], ["get", "shade"], 0, few, 0.5, some, 1, most],
    ] satisfies ExpressionSpecification,
    "fill-opacity": 0.78,
    "fill-outline-color": land,
  },
});

const zoneLayer = ({ zone, hole }: Palette) => ({
  id: "zone",
  type: "line" as const,
  source: "zone",
  paint: {
    "line-color": ["match", ["get", "kind"], "hole", hole, zone] satisfies ExpressionSpecification,
    "line-width": 2,
  },
});

const nameLayer = ({ name, halo }: Palette) => ({
  id: "names",
  type: "symbol" as const,
  source: "names",
  filter: ["<=", ["get", "from"], ["zoom"]] satisfies ExpressionSpecification,
  layout: {
    "text-field": ["get", "name"] satisfies ExpressionSpecification,
    "text-font": ["Inter Variable", "sans-serif"],
    "text-size": [
      "interpolate",
      ["linear"],
      ["get", "from"],
      ...[4, 14, 8, 12, 11, 11],
    ] satisfies ExpressionSpecification,
    "symbol-sort-key": ["get", "from"] satisfies ExpressionSpecification,
  },
  paint: { "text-color": name, "text-halo-color": halo, "text-halo-width": 1.4 },
});
