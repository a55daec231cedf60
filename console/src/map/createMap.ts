import "maplibre-gl/dist/maplibre-gl.css";
import { type GeoJSONSource, Map as MapLibreMap, Marker, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { LatLon } from "../../../src/geo/types.ts";
import { readBaseMap } from "./baseMap.ts";
import { cellFeatures, ringFeatures } from "./cellFeatures.ts";
import type { MapCell } from "./cellShades.ts";
import { type MapScheme, mapStyle, type TileSettings } from "./mapStyle.ts";
import type { Bounds, Ring } from "./outlines.ts";

setWorkerUrl(workerUrl);

/** All that is drawn over the base map. What is the same object as before is not drawn again. */
export interface MapPicture {
  readonly cells: readonly MapCell[];
  readonly rings: readonly Ring[];
  readonly holes: readonly Ring[];
  /** The zone's middle; null = none is shown. */
  readonly pin: LatLon | null;
  /** Where the radius is held; null = there is none. */
  readonly handle: LatLon | null;
}

/** While it is dragged, once a frame; `isDone` when it is let go; `heldMs` = when it moved, by `performance.now()`. */
export type HandleMoved = (point: LatLon, isDone: boolean, heldMs: number) => void;

export interface MapEvents {
  readonly onPick?: ((point: LatLon) => void) | undefined;
  readonly onPin?: HandleMoved | undefined;
  readonly onHandle?: HandleMoved | undefined;
}

export interface MapOptions {
  readonly container: HTMLElement;
  readonly scheme: MapScheme;
  readonly tiles: TileSettings | null;
  readonly view: Bounds;
  readonly events: () => MapEvents;
}

export interface ZoneMap {
  readonly draw: (picture: MapPicture) => void;
  readonly setScheme: (scheme: MapScheme) => void;
  readonly flyTo: (bounds: Bounds) => void;
  readonly holds: (bounds: Bounds) => boolean;
  /** Once all that was given is on the screen. */
  readonly whenIdle: (then: () => void) => void;
  /** Hears whether all that was given is on the screen, now and whenever that changes; ends when what it answers is called. */
  readonly onDrawn: (hear: (isDrawn: boolean) => void) => () => void;
  readonly remove: () => void;
}

const flightMs = 900;
const paddingPixels = 48;

/** A map without keyboard of its own (the page has it) that never turns or tilts. Needs WebGL. */
export function createMap({ container, scheme, tiles, view, events }: MapOptions): ZoneMap {
  const map = new MapLibreMap({
    container,
    style: mapStyle(scheme, tiles),
    bounds: boundsToPair(view),
    fitBoundsOptions: { padding: paddingPixels },
    keyboard: false,
    dragRotate: false,
    touchPitch: false,
    pitchWithRotate: false,
    attributionControl: tiles === null ? false : { compact: true },
    maxZoom: 15,
    minZoom: 1,
    fadeDuration: 0,
    renderWorldCopies: false,
  });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().tabIndex = -1;
  map.on("click", ({ lngLat }) => events().onPick?.({ lat: lngLat.lat, lon: lngLat.lng }));
  const picture = createPicture(map, events);
  map.on("style.load", () => {
    if (tiles === null) void drawBase(map);
    picture.drawAll();
  });
  return {
    draw: picture.draw,
    setScheme: (next) => void map.setStyle(mapStyle(next, tiles), { diff: false }),
    flyTo: (bounds) => fly(map, bounds),
    holds: (bounds) => holdsBounds(map, bounds),
    whenIdle: (then) => void map.once("idle", then),
    onDrawn: (hear) => hearDrawn(map, hear),
    remove: () => map.remove(),
  };
}

function hearDrawn(map: MapLibreMap, hear: (isDrawn: boolean) => void): () => void {
  const idle = map.on("idle", () => hear(true));
  const busy = map.on("dataloading", () => hear(false));
  return () => {
    idle.unsubscribe();
    busy.unsubscribe();
  };
}

async function drawBase(map: MapLibreMap): Promise<void> {
  const { land, names } = await readBaseMap();
  sourceOf(map, "land")?.setData(land);
  sourceOf(map, "names")?.setData(names);
}

const sourceOf = (map: MapLibreMap, id: string) => map.getSource<GeoJSONSource>(id);

function fly(map: MapLibreMap, bounds: Bounds): void {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const padding = Math.min(paddingPixels, map.getContainer().clientHeight / 6);
  map.fitBounds(boundsToPair(bounds), {
    padding,
    maxZoom: 13,
    duration: isStill ? 0 : flightMs,
  });
}

const boundsToPair = ({
  west,
  south,
  east,
  north,
}: Bounds): [[number, number], [number, number]] => [
  [west, south],
  [east, north],
];

/** In view, and not so small in it that nothing could be seen. */
function holdsBounds(map: MapLibreMap, { west, south, east, north }: Bounds): boolean {
  const seen = map.getBounds();
  const isInside = seen.contains([west, south]) && seen.contains([east, north]);
  return isInside && (east - west) * 6 > seen.getEast() - seen.getWest();
}

const empty: MapPicture = { cells: [], rings: [], holes: [], pin: null, handle: null };

function createPicture(map: MapLibreMap, events: () => MapEvents) {
  let drawn = empty;
  const pin = createHandle(map, "pin", (...moved) => events().onPin?.(...moved));
  const handle = createHandle(map, "handle", (...moved) => events().onHandle?.(...moved));
  const drawCells = () => sourceOf(map, "cells")?.setData(cellFeatures(drawn.cells));
  const drawZone = () =>
    sourceOf(map, "zone")?.setData({
      type: "FeatureCollection",
      features: [...ringFeatures(drawn.rings, "zone"), ...ringFeatures(drawn.holes, "hole")],
    });
  return {
    drawAll: () => {
      drawCells();
      drawZone();
    },
    draw: (next: MapPicture) => {
      const before = drawn;
      drawn = next;
      if (before.cells !== next.cells) drawCells();
      if (before.rings !== next.rings || before.holes !== next.holes) drawZone();
      pin.put(next.pin);
      handle.put(next.handle);
    },
  };
}

/** A thing to take hold of by mouse or finger; the keyboard has the same in fields beside the map. */
function createHandle(map: MapLibreMap, name: "pin" | "handle", onMove: HandleMoved) {
  const element = document.createElement("div");
  element.className = `atelier-map-${name}`;
  element.dataset.handle = name;
  element.setAttribute("aria-hidden", "true");
  const marker = new Marker({ element, draggable: true, anchor: "center" });
  let isHeld = false;
  let isShown = false;
  const pointOf = (): LatLon => ({ lat: marker.getLngLat().lat, lon: marker.getLngLat().lng });
  marker.on("dragstart", () => {
    isHeld = true;
  });
  // A hand moves more often than the screen is drawn: once a frame is told.
  let frame = 0;
  marker.on("drag", () => {
    if (frame !== 0) return;
    const heldMs = performance.now();
    frame = requestAnimationFrame(() => {
      frame = 0;
      if (isHeld) onMove(pointOf(), false, heldMs);
    });
  });
  marker.on("dragend", () => {
    isHeld = false;
    onMove(pointOf(), true, performance.now());
  });
  return {
    put(point: LatLon | null): void {
      if (point === null) {
        if (isShown) marker.remove();
        isShown = false;
        return;
      }
      // Under the hand it is where the hand is.
      if (!isHeld || name === "pin") marker.setLngLat([point.lon, point.lat]);
      if (!isShown) marker.addTo(map);
      // The map gives its markers a role and a place in the order of keys; this one is for the hand alone.
      element.removeAttribute("tabindex");
      element.removeAttribute("role");
      element.removeAttribute("aria-label");
      isShown = true;
    },
  };
}
