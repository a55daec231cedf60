import { optional } from "./defineSettings.ts";
import { mapTiles, text } from "./settingKinds.ts";

/** What the console's map is drawn on: docs/operations.md. */
export const consoleSettings = {
  mapTilesUrl: optional(
    "MAP_TILES_URL",
    mapTiles,
    "Raster tiles of the console's map, an https URL with {z}, {x} and {y}; without it the map shows the outline that comes with it. Browsers ask there, and nowhere else outside.",
  ),
  mapTilesAttribution: optional(
    "MAP_TILES_ATTRIBUTION",
    text("who made the tiles, as the map is to say"),
    "Whom the map names for MAP_TILES_URL, as their terms ask.",
  ),
} as const;
