import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";

/** What the console's map draws without any tiles: land, and names of communes. Pure. */

type Point = readonly [lon: number, lat: number];
type Ring = readonly Point[];
export type Countries = Topology<{ readonly countries: GeometryCollection }>;

/** [outer ring, holes …] of each piece of land; numbers alternate lon, lat, in degrees. */
export interface Outline {
  readonly france: readonly (readonly (readonly number[])[])[];
  readonly neighbours: readonly (readonly (readonly number[])[])[];
}

/** ISO 3166 numbers: France with its overseas départements, and the collectivities that are countries there. */
const french = ["250", "666", "540", "258", "876", "652", "663"];
/** Around France and around French Guiana: the rest of the world is not drawn. */
const windows = [
  { west: -14, south: 37, east: 18, north: 57 },
  { west: -60, south: -2, east: -46, north: 9 },
] as const;

export function outlineOf(atlas: Countries): Outline {
  const { features } = feature(atlas, atlas.objects.countries);
  const isFrench = (id: unknown) => french.includes(String(id).padStart(3, "0"));
  const polygonsOf = (wanted: boolean) =>
    features
      .filter(({ id }) => isFrench(id) === wanted)
      .flatMap(({ geometry }) => ringsOf(geometry));
  const clipped = polygonsOf(false).flatMap((polygon) =>
    windows.map((window) => polygon.map((ring) => clip(ring, window)).filter(isRing)),
  );
  return {
    france: polygonsOf(true).map((polygon) => flatten(polygon, 3)),
    neighbours: clipped.filter((it) => it.length > 0).map((polygon) => flatten(polygon, 2)),
  };
}

function ringsOf(geometry: GeoJSON.Geometry): readonly (readonly Ring[])[] {
  const rings = (coordinates: readonly (readonly GeoJSON.Position[])[]): readonly Ring[] =>
    coordinates.map((ring) => ring.map(([lon = 0, lat = 0]) => [lon, lat] as const));
  if (geometry.type === "Polygon") return [rings(geometry.coordinates)];
  return geometry.type === "MultiPolygon" ? geometry.coordinates.map(rings) : [];
}

const isRing = (ring: Ring): boolean => ring.length > 3;

/** Rounded, without points that fell together. */
function flatten(polygon: readonly Ring[], digits: number): readonly (readonly number[])[] {
  const round = (value: number) => Number(value.toFixed(digits));
  return polygon
    .map((ring) => ring.map(([lon, lat]): Point => [round(lon), round(lat)]))
    .map((ring) =>
      ring.filter(([lon, lat], i) => lon !== ring[i - 1]?.[0] || lat !== ring[i - 1]?.[1]),
    )
    .filter(isRing)
    .map((ring) => ring.flat());
}

type Window = (typeof windows)[number];

/** A ring's part within a window, edge by edge (Sutherland and Hodgman). */
function clip(ring: Ring, { west, south, east, north }: Window): Ring {
  const edges = [
    { axis: 0, at: west, sign: 1 },
    { axis: 0, at: east, sign: -1 },
    { axis: 1, at: south, sign: 1 },
    { axis: 1, at: north, sign: -1 },
  ] as const;
  return edges.reduce<Ring>((left, edge) => clipAt(left, edge), ring);
}

interface Edge {
  readonly axis: 0 | 1;
  readonly at: number;
  readonly sign: 1 | -1;
}

function clipAt(ring: Ring, { axis, at, sign }: Edge): Ring {
  const isIn = (point: Point) => (point[axis] - at) * sign >= 0;
  return ring.flatMap((point, index) => {
    const before = ring[(index + ring.length - 1) % ring.length] ?? point;
    const kept = isIn(point) ? [point] : [];
    if (isIn(point) === isIn(before)) return kept;
    const share = (at - before[axis]) / (point[axis] - before[axis]);
    const between = (of: 0 | 1) => before[of] + share * (point[of] - before[of]);
    return [[between(0), between(1)] as const, ...kept];
  });
}

/** A name on the map and the zoom from which there is room for it. */
export type NamedPoint = readonly [lon: number, lat: number, name: string, fromZoom: number];

const zooms = [4, 5, 6, 7, 8, 9, 10, 11] as const;
/** Pixels that a name wants around itself. */
const room = { width: 110, height: 36 };

/** The largest communes of the table whose point is known, each with the zoom at which no larger one is too near. */
export function namesOf(places: string, most: number): readonly NamedPoint[] {
  const communes = places
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(
      ([kind, , , , , , , , approximate, parent]) => kind === "C" && approximate !== "1" && !parent,
    )
    .map(([, , name = "", , , population, lat, lon]) => ({
      name,
      population: Number(population),
      lat: Number(lat),
      lon: Number(lon),
    }))
    .sort((a, b) => b.population - a.population)
    .slice(0, most);
  const taken = zooms.map(() => new Set<string>());
  return communes.map(({ name, lat, lon }) => {
    const level = zooms.findIndex((zoom, index) =>
      hasRoom(taken[index] ?? new Set(), zoom, lat, lon),
    );
    const from = level === -1 ? zooms.length - 1 : level;
    for (const [index, zoom] of zooms.entries())
      if (index >= from) taken[index]?.add(tileOf(zoom, lat, lon).join());
    return [Number(lon.toFixed(3)), Number(lat.toFixed(3)), name, zooms[from] ?? 11] as const;
  });
}

function hasRoom(taken: ReadonlySet<string>, zoom: number, lat: number, lon: number): boolean {
  const [x, y] = tileOf(zoom, lat, lon);
  const near = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => `${x + dx},${y + dy}`));
  return near.every((one) => !taken.has(one));
}

/** The box of a name at a zoom, in Web Mercator with 512-pixel tiles as the map counts. */
function tileOf(zoom: number, lat: number, lon: number): readonly [number, number] {
  const size = 512 * 2 ** zoom;
  const y = Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  return [
    Math.floor(((lon + 180) / 360) * (size / room.width)),
    Math.floor(((1 - y / Math.PI) / 2) * (size / room.height)),
  ];
}
