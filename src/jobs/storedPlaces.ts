import { cellToParent } from "h3-js";
import { cellHigh, resolutionOfHigh } from "../geo/cells.ts";
import type { VisitorPlace } from "../geo/types.ts";
import { sources } from "../reports/forecast/forecastSample.ts";
import type { StoredForecastPlace } from "../stores/postgres/forecastSamples.ts";
import { hashText } from "../targeting/hash.ts";

const finestResolution = 7;

/** Places are shared between requests: each is written down once while it is in use. */
export function createStoredPlaces(): (place: VisitorPlace) => StoredForecastPlace {
  const known = new WeakMap<VisitorPlace, StoredForecastPlace>();
  return (place) => {
    let stored = known.get(place);
    if (stored === undefined) {
      stored = toStoredPlace(place);
      known.set(place, stored);
    }
    return stored;
  };
}

/** A precise position is written down as the resolution-7 cell that holds it. */
function toStoredPlace(place: VisitorPlace): StoredForecastPlace {
  const isFine = resolutionOfHigh(cellHigh(place.cell)) > finestResolution;
  const cell = isFine ? cellToParent(place.cell, finestResolution) : place.cell;
  const samples = place.samples.map(
    ({ lat, lon, weight, areaKeys }) =>
      [round(lat, isFine), round(lon, isFine), Number(weight.toPrecision(6)), areaKeys] as const,
  );
  const source = sources.indexOf(place.source);
  const { lat, lon } = place.centre;
  const point = { lat: round(lat, isFine), lon: round(lon, isFine) };
  const name = JSON.stringify([source, cell, point, samples]);
  // 53 bits: two places of one number are as good as impossible.
  const id = (hashText(name) % 2 ** 21) * 2 ** 32 + hashText(`${name} `);
  return { id, source, cell, ...point, samples };
}

/** Two decimals are a kilometre. */
const round = (degrees: number, isFine: boolean): number => Number(degrees.toFixed(isFine ? 2 : 5));
