import { cellToBoundary, gridDisk } from "h3-js";
import type { Consent } from "../../consent/types.ts";
import { distanceMeters } from "../../geo/sphere.ts";
import type { DemoPlace } from "../demoTypes.ts";

type Point = readonly [lat: number, lon: number];

/** Where the server saw a visitor, for a small map. */
export interface SeenPlace {
  readonly cell: string;
  readonly source: string;
  readonly label: string;
  readonly accuracyMeters: number | null;
  readonly boundary: readonly Point[];
  /** Cells around it, of the same size. */
  readonly around: readonly (readonly Point[])[];
  readonly towns: readonly {
    readonly name: string;
    readonly at: Point;
    readonly population: number;
  }[];
}

/** What the server made of one request of a page. */
export interface Sighting {
  readonly decisionId: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly place: SeenPlace | null;
  readonly consent: Consent;
  /** How many segments it has a score of for the visitor, and the highest; null = none were read, and why. */
  readonly scores: SeenScores;
  /** Each with its value or the rule that refused it, as `POST /v1/ads` explains them. */
  readonly campaigns: readonly object[];
  readonly placements: readonly { readonly id: string; readonly ads: readonly object[] }[];
}

export type SeenScores =
  | {
      readonly read: true;
      readonly top: readonly { readonly name: string; readonly score: number }[];
    }
  | { readonly read: false; readonly why: "no_consent" | "anonymous" | "unknown" };

export interface AnsweredPlace {
  readonly cell: string;
  readonly source: string;
  readonly label: string;
  readonly accuracyMeters: number | null;
}

const mostTowns = 14;
/** Distances of all of France would take some milliseconds of the loop that serves. */
const nearDegrees = 2;
/** Beyond this a cell is a region: its neighbours say nothing. */
const neighbours = 2;

/** The cell of an answer, what is around it, and the communes that lie there. */
export function toSeenPlace(place: AnsweredPlace, places: readonly DemoPlace[]): SeenPlace {
  const boundary = cellToBoundary(place.cell).map(([lat, lon]): Point => [lat, lon]);
  const around = gridDisk(place.cell, neighbours)
    .filter((cell) => cell !== place.cell)
    .map((cell) => cellToBoundary(cell).map(([lat, lon]): Point => [lat, lon]));
  const [lat, lon] = middleOf(boundary);
  const [corner] = boundary;
  const size =
    corner === undefined ? 0 : distanceMeters({ lat, lon }, { lat: corner[0], lon: corner[1] });
  const towns = places
    .filter(
      (town) => Math.abs(town.lat - lat) < nearDegrees && Math.abs(town.lon - lon) < nearDegrees,
    )
    .filter((town) => distanceMeters(town, { lat, lon }) < size * 4.2)
    .sort((one, other) => other.population - one.population)
    .slice(0, mostTowns)
    .map(({ name, population, ...at }) => ({ name, population, at: [at.lat, at.lon] as const }));
  return { ...place, boundary, around, towns };
}

function middleOf(points: readonly Point[]): Point {
  const sum = points.reduce(([lat, lon], point) => [lat + point[0], lon + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
