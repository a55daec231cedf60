import { useLayoutEffect, useMemo, useRef } from "react";
import { destination, distanceMeters } from "../../../src/geo/sphere.ts";
import type { LatLon } from "../../../src/geo/types.ts";
import { AtelierMap, type MapKey } from "../map/AtelierMap.tsx";
import { type CountedCell, shadeCells } from "../map/cellShades.ts";
import type { MapPicture } from "../map/createMap.ts";
import { boundaryOf } from "../map/h3Memo.ts";
import { type Bounds, boundsOf, type LonLat, ringsOf } from "../map/outlines.ts";
import { useWords } from "../words/language.ts";
import { useCreating } from "./creating.ts";
import type { Draft } from "./draft.ts";
import { measureNow } from "./handMeasures.ts";
import { radiusRange } from "./problemsOfDraft.ts";
import { useZoneLabel } from "./useZoneLabel.ts";
import { createWords } from "./words.ts";
import { centreOf } from "./zoneOfDraft.ts";

/** The map under the hand: hexagons, the pin, the radius. */
export function ZonePane() {
  const t = useWords(createWords).place;
  const { draft, change, drag, movedMs } = useCreating();
  const picture = usePicture();
  const view = useView(picture);
  const label = useZoneLabel();
  const centre = centreOf(draft);
  // The map has drawn the picture by now: its effects come before those around it.
  useLayoutEffect(() => {
    if (picture.cells.length > 0 && movedMs.current !== null)
      measureNow("atelier.hexagons", movedMs.current);
  }, [picture, movedMs]);
  const moveRadius = (point: LatLon, isDone: boolean, heldMs: number) => {
    const radius =
      centre === null ? {} : { radiusMeters: tidyRadius(distanceMeters(centre, point)) };
    drag(radius, isDone, heldMs);
  };
  const movePin = (pin: LatLon, isDone: boolean, heldMs: number) => drag({ pin }, isDone, heldMs);
  const pick = (point: LatLon) => {
    if (draft.base === "shape") change({ corners: withCorner(draft, point) });
  };
  return (
    <AtelierMap
      label={draft.place === null ? t.mapEmpty : t.map(label)}
      picture={picture}
      view={view}
      onPick={pick}
      onPin={movePin}
      onHandle={moveRadius}
      onKey={centre === null ? undefined : (key, isLarge) => change(keyChange(draft, key, isLarge))}
    />
  );
}

/** Vertices of one shape, far below what the server takes. */
const mostCorners = 200;
const withCorner = ({ corners }: Draft, point: LatLon) =>
  corners.length >= mostCorners ? corners : [...corners, point];

/** In hundreds of metres, and within what a circle may be. */
function tidyRadius(meters: number): number {
  const step = meters < 10_000 ? 100 : 1_000;
  const round = Math.round(meters / step) * step;
  return Math.min(radiusRange.most, Math.max(radiusRange.least, round));
}

const bearings: Readonly<Partial<Record<MapKey, number>>> = {
  north: 0,
  east: 90,
  south: 180,
  west: 270,
};

/** What a key of the map does to the draft. */
function keyChange(draft: Draft, key: MapKey, isLarge: boolean): Partial<Draft> {
  const centre = centreOf(draft);
  if (centre === null) return {};
  const { radiusMeters, base } = draft;
  const bearing = bearings[key];
  if (bearing !== undefined) {
    const step = Math.max(200, radiusMeters / 20) * (isLarge ? 5 : 1);
    return { pin: destination(centre, step, bearing) };
  }
  if (key === "choose") return base === "shape" ? { corners: withCorner(draft, centre) } : {};
  const by = (radiusMeters < 10_000 ? 500 : 1_000) * (isLarge ? 5 : 1);
  return { radiusMeters: tidyRadius(radiusMeters + (key === "larger" ? by : -by)) };
}

/** The counts to shade by: under a hand that drags each answer colours the next move's hexagons, and draws none by itself. */
function useCounted(): readonly CountedCell[] | undefined {
  const { plan, zoneCells, isMoving } = useCreating();
  const counted = plan.plan?.forecast.map.cells;
  const kept = useRef({ counted, zoneCells });
  if (!isMoving || kept.current.zoneCells !== zoneCells) kept.current = { counted, zoneCells };
  return kept.current.counted;
}

function usePicture(): MapPicture {
  const { draft, zone, zoneCells } = useCreating();
  const { base, radiusMeters, corners } = draft;
  const counted = useCounted();
  const cells = useMemo(() => shadeCells(zoneCells, counted ?? []), [zoneCells, counted]);
  const centre = centreOf(draft);
  const borders = useMemo(
    () => ({
      rings: [
        ...ringsOf(zone?.include ?? []),
        ...(zone === null && corners.length > 1 ? [corners.map(toPair)] : []),
      ],
      holes: ringsOf(zone?.exclude ?? []),
    }),
    [zone, corners],
  );
  const lat = centre?.lat ?? null;
  const lon = centre?.lon ?? null;
  return useMemo(() => {
    const pin = lat === null || lon === null ? null : { lat, lon };
    const isHeld = pin !== null && base === "circle";
    const handle = isHeld ? destination(pin, radiusMeters, 90) : null;
    return { cells, ...borders, pin: base === "place" ? null : pin, handle };
  }, [cells, borders, lat, lon, base, radiusMeters]);
}

const toPair = ({ lon, lat }: LatLon): LonLat => [lon, lat];

/** Where to look: at the zone; not while a hand is dragging it. */
function useView({ cells, rings }: MapPicture): Bounds | null {
  const { draft, isMoving } = useCreating();
  const kept = useRef<Bounds | null>(null);
  if (isMoving || draft.place === null || draft.base === "shape") return kept.current;
  const corners = cells.length > 0 ? cells.flatMap(({ cell }) => boundaryOf(cell)) : rings.flat();
  const bounds = boundsOf(corners);
  if (bounds !== null && !isSame(bounds, kept.current)) kept.current = bounds;
  return kept.current;
}

const isSame = (a: Bounds, b: Bounds | null): boolean =>
  b !== null &&
  a.west === b.west &&
  a.east === b.east &&
  a.north === b.north &&
  a.south === b.south;
