import { coarserCell } from "../../geo/coarserCell.ts";
import type { Atom, PlaceUnit } from "./atoms.ts";
import type { AtomColumns } from "./forecastSample.ts";

const mapResolutions = [7, 6, 5, 4, 3] as const;
/** A place without a visitor still has some say in where its atom is. */
const leastWeight = 0.01;

/** Of a prior nobody needs to be hidden: each place is an atom. */
export function lonelyAtoms(units: readonly PlaceUnit[]): readonly Atom[] {
  return units.map(({ placeId, cell }) => ({ placeIds: [placeId], cell }));
}

export function atomColumns(atoms: readonly Atom[], people: readonly number[]): AtomColumns {
  const placeIds = atoms.flatMap((atom) => atom.placeIds);
  const starts = new Uint32Array(atoms.length + 1);
  for (const [number, atom] of atoms.entries())
    starts[number + 1] = starts[number]! + atom.placeIds.length;
  return {
    count: atoms.length,
    starts,
    placeIds: Uint32Array.from(placeIds),
    placePeople: Float32Array.from(placeIds, (id) => Math.max(leastWeight, people[id]!)),
    mapLevels: mapResolutions.map((resolution) => mapLevel(atoms, resolution)),
  };
}

/** A place coarser than the level stays a cell of its own size. */
function mapLevel(atoms: readonly Atom[], resolution: number): AtomColumns["mapLevels"][number] {
  const numbers = new Map<string, number>();
  const cellOfAtom = new Int32Array(atoms.length);
  for (const [atom, { cell }] of atoms.entries()) {
    const drawn = coarserCell(cell, resolution);
    const known = numbers.get(drawn) ?? numbers.size;
    numbers.set(drawn, known);
    cellOfAtom[atom] = known;
  }
  return { resolution, cells: [...numbers.keys()], cellOfAtom };
}
