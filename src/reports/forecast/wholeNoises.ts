import { mixHash } from "../../targeting/hash.ts";
import type { VisitorColumns } from "./forecastSample.ts";

/** As far from 0 as makes two of them, one taken from the other, vary as much as the noise of a part of an atom: 20 / √2. */
const mostLink = 14.1;
/** Of one link. */
export const linkVariance = (2 * mostLink) ** 2 / 12;
const linkSeed = 3;

/** A set of visitors as one number, whatever their order. */
export function addToSet(set: number, visitorHash: number): number {
  return set ^ mixHash(visitorHash, 1);
}

/** By atom, who all of its people are (see `addToSet`). */
export function wholeSets(
  { hashes, mainAtoms }: Pick<VisitorColumns, "hashes" | "mainAtoms">,
  atomCount: number,
): Uint32Array {
  const sets = new Uint32Array(atomCount);
  for (const [visitor, atom] of mainAtoms.entries())
    if (atom >= 0) sets[atom] = addToSet(sets[atom]!, hashes[visitor]!);
  return sets;
}

/**
 * An atom's whole is hidden by what the link to the next atom has more than the link from the one before. Links are secret
 * and belong to the people of both: of neighbours that are told of together only the two links at their ends are left. So each
 * atom is as noisy by itself as parts of it are, and never is a zone without noise, but noise does not grow with the number of atoms.
 */
export function wholeNoise(sets: Uint32Array, atom: number, salt: number): number {
  return linkAfter(sets, atom, salt) - linkAfter(sets, atom - 1, salt);
}

function linkAfter(sets: Uint32Array, atom: number, salt: number): number {
  const both = mixHash(sets[atom] ?? 0, sets[atom + 1] ?? 0);
  const chance = mixHash(mixHash(salt, linkSeed), both) / 0x1_0000_0000;
  return mostLink * (2 * chance - 1);
}
