import { mixHash } from "../../targeting/hash.ts";
import type { VisitorColumns } from "./forecastSample.ts";

/** Noise of atoms all of whose people are counted. */
export interface WholeNoises {
  /** By atom: who all of them are (see `setOf`). */
  readonly sets: Uint32Array;
  readonly noises: Float32Array;
}

/** As far from 0 as makes two of them, one taken from the other, vary as much as the noise of a part of an atom: 20 / √2. */
const mostLink = 14.1;
/** Of one link. */
export const linkVariance = (2 * mostLink) ** 2 / 12;
const linkSeed = 3;

/** A set of visitors as one number, whatever their order. */
export function addToSet(set: number, visitorHash: number): number {
  return set ^ mixHash(visitorHash, 1);
}

/**
 * An atom's whole is hidden by what the link to the next atom has more than the link from the one before. Links are secret
 * and belong to the people of both: of neighbours that are told of together only the two links at their ends are left. So each
 * atom is as noisy by itself as parts of it are, and never is a zone without noise, but noise does not grow with the number of atoms.
 */
export function wholeNoises(
  { hashes, mainAtoms }: Pick<VisitorColumns, "hashes" | "mainAtoms">,
  atomCount: number,
  salt: number,
): WholeNoises {
  const sets = new Uint32Array(atomCount);
  for (const [visitor, atom] of mainAtoms.entries())
    if (atom >= 0) sets[atom] = addToSet(sets[atom]!, hashes[visitor]!);
  const link = (before: number): number => {
    const both = mixHash(sets[before] ?? 0, sets[before + 1] ?? 0);
    const chance = mixHash(mixHash(salt, linkSeed), both) / 0x1_0000_0000;
    return mostLink * (2 * chance - 1);
  };
  return { sets, noises: Float32Array.from(sets, (_, atom) => link(atom) - link(atom - 1)) };
}
