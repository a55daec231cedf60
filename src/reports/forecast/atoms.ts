import { coarserCell } from "../../geo/coarserCell.ts";
import type { CellId } from "../../geo/types.ts";
import { leastPeople } from "./roundForecast.ts";

/** Sampled visitors without whom the estimate of an atom's people says nothing. */
const leastSampled = 8;

export interface PlaceUnit {
  readonly placeId: number;
  readonly cell: CellId;
  /** A cell of its middle, by which neighbours are found: as fine as that is known. */
  readonly middle: CellId;
  /** People whose main place it is, estimated. */
  readonly people: number;
  /** Of them those in the sample. */
  readonly sampled: number;
}

export interface Atom {
  readonly placeIds: readonly number[];
  /** The cell of its largest place. */
  readonly cell: CellId;
}

interface Unit {
  readonly placeIds: number[];
  cell: CellId;
  middle: CellId;
  largest: number;
  people: number;
  sampled: number;
}

/**
 * Joins neighbouring places until each group holds at least 50 people: zones are unions of such groups, so that the
 * difference of any two holds 50 people or none. Small places join within the finest H3 cell that holds enough of them,
 * or an atom that is there. What is left in the end belongs to the smallest atom; with fewer than 50 people in all there is
 * none, and nothing can be told. Every place is in one atom at most. Atoms that follow each other are near each other.
 */
export function joinIntoAtoms(places: readonly PlaceUnit[]): readonly Atom[] {
  let small: Unit[] = [];
  const atoms: Unit[] = [];
  const settle = (unit: Unit): void => {
    (isLarge(unit) ? atoms : small).push(unit);
  };
  for (const place of places) settle(toUnit(place));
  for (let resolution = 6; resolution >= 0 && small.length > 0; resolution--) {
    const atomsThere = Map.groupBy(atoms, ({ middle }) => coarserCell(middle, resolution));
    const groups = Map.groupBy(small, ({ middle }) => coarserCell(middle, resolution));
    small = [];
    for (const [parent, group] of groups) {
      const joined = group.reduce(join);
      if (isLarge(joined)) {
        atoms.push(joined);
        continue;
      }
      const host = smallestOf(atomsThere.get(parent) ?? []);
      if (host === null) small.push(joined);
      else join(host, joined);
    }
  }
  const host = smallestOf(atoms);
  if (host !== null) for (const unit of small) join(host, unit);
  else if (small.length > 0) {
    const rest = small.reduce(join);
    if (isLarge(rest)) atoms.push(rest);
  }
  return atoms
    .sort((one, other) => (one.middle < other.middle ? -1 : 1))
    .map(({ placeIds, cell }) => ({ placeIds, cell }));
}

function isLarge({ people, sampled }: Unit): boolean {
  return people >= leastPeople && sampled >= leastSampled;
}

function toUnit({ placeId, people, ...unit }: PlaceUnit): Unit {
  return { ...unit, placeIds: [placeId], largest: people, people };
}

function join(into: Unit, other: Unit): Unit {
  into.placeIds.push(...other.placeIds);
  into.people += other.people;
  into.sampled += other.sampled;
  if (other.largest > into.largest) {
    into.cell = other.cell;
    into.middle = other.middle;
    into.largest = other.largest;
  }
  return into;
}

function smallestOf(units: readonly Unit[]): Unit | null {
  return units.reduce<Unit | null>(
    (least, unit) => (least === null || unit.people < least.people ? unit : least),
    null,
  );
}
