import { coarserCell } from "../../geo/coarserCell.ts";
import { mixHash } from "../../targeting/hash.ts";
import { type ForecastSample, placesPerRow } from "./forecastSample.ts";
import type { ForecastCell } from "./forecastTypes.ts";
import type { MatchedRows } from "./matchRows.ts";
import { leastPeople, roundCount, stickyNoise } from "./roundForecast.ts";
import type { ZoneMembership } from "./zoneMembership.ts";

/** Hexagons of one answer. */
export const mostMapCells = 600;
const coarsest = 3;

export interface MapTally {
  /** For `countPeople`: where the people are. */
  readonly visit: (visitor: number, people: number, firstAt: number, endAt: number) => void;
  readonly draw: (
    perDay: number,
    factors: Float64Array,
  ) => {
    readonly resolution: number;
    readonly cells: readonly ForecastCell[];
  };
}

interface CellTally {
  people: number;
  opportunities: number;
  set: number;
}

/**
 * Opportunities and people by H3 cell, as fine as 600 cells allow. A cell with fewer than 50 people is told of as part of
 * its parent, if that has 50, and so on up.
 */
export function tallyMap(
  sample: ForecastSample,
  matched: MatchedRows,
  zone: ZoneMembership,
): MapTally {
  const level = finestLevel(sample, zone);
  const tallies = new Map<number, CellTally>();
  const { rows } = sample;
  const cellOf = (row: number): number => cellOfRow(sample, zone, level.cellOfAtom, row);
  return {
    visit(visitor, people, firstAt, endAt) {
      const seen: number[] = [];
      for (let at = firstAt; at < endAt; at++) {
        const cell = cellOf(matched.rows[at]!);
        if (cell < 0 || seen.includes(cell)) continue;
        seen.push(cell);
        const tally = tallyOf(tallies, cell);
        tally.people += people;
        tally.set ^= mixHash(sample.visitors.hashes[visitor]!, 2);
      }
    },
    draw(perDay, factors) {
      for (const row of matched.rows) {
        const cell = cellOf(row);
        if (cell < 0) continue;
        tallyOf(tallies, cell).opportunities +=
          rows.weights[row]! * matched.rowFactor * factors[rows.hourGroups[row]!]! * perDay;
      }
      const named = new Map([...tallies].map(([cell, tally]) => [level.cells[cell]!, tally]));
      return { resolution: level.resolution, cells: rollUp(sample, named, level.resolution) };
    },
  };
}

function finestLevel(
  { atoms, places }: ForecastSample,
  { isInside }: ZoneMembership,
): ForecastSample["atoms"]["mapLevels"][number] {
  const inside: number[] = [];
  for (let atom = 0; atom < atoms.count; atom++)
    if (isInside[atoms.placeIds[atoms.starts[atom]!]!] === 1) inside.push(atom);
  const fits = atoms.mapLevels.find(
    ({ cellOfAtom }) => new Set(inside.map((atom) => cellOfAtom[atom])).size <= mostMapCells,
  );
  const level = fits ?? atoms.mapLevels.at(-1);
  if (level === undefined) throw new RangeError(`${places.count} places without a map`);
  return level;
}

function cellOfRow(
  { rows, places }: ForecastSample,
  { isInside }: ZoneMembership,
  cellOfAtom: Int32Array,
  row: number,
): number {
  for (let at = row * placesPerRow; at < (row + 1) * placesPerRow; at++) {
    const place = rows.places[at]!;
    if (place < 0) return -1;
    if (isInside[place] === 1) return cellOfAtom[places.atoms[place]!]!;
  }
  return -1;
}

function tallyOf<Key>(tallies: Map<Key, CellTally>, cell: Key): CellTally {
  const known = tallies.get(cell);
  if (known !== undefined) return known;
  const fresh = { people: 0, opportunities: 0, set: 0 };
  tallies.set(cell, fresh);
  return fresh;
}

function rollUp(
  sample: ForecastSample,
  found: ReadonlyMap<string, CellTally>,
  resolution: number,
): readonly ForecastCell[] {
  const shown: ForecastCell[] = [];
  let level = found;
  for (let at = resolution; at >= coarsest && level.size > 0; at--) {
    const parents = new Map<string, CellTally>();
    for (const [cell, { people, opportunities, set }] of level) {
      const noise = sample.basis === "prior" ? 0 : stickyNoise(sample.salt, mixHash(set, at), set);
      if (people >= leastPeople) {
        const figures = { people: roundCount(Math.max(leastPeople, people + noise)) };
        shown.push({ cell, ...figures, opportunitiesPerDay: roundCount(opportunities) });
        continue;
      }
      const parent = tallyOf(parents, coarserCell(cell, at - 1));
      parent.people += people;
      parent.opportunities += opportunities;
      parent.set ^= set;
    }
    level = parents;
  }
  return shown.slice(0, mostMapCells);
}
