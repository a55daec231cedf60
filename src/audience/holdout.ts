import { hashText, mixHash } from "../targeting/hash.ts";

/**
 * Gives the function that says who is held out: a share of visitors (percent, 0–100) whose ads are chosen by page and place
 * alone, whatever they allow, so that what profiles bring can be measured. A stable hash of the visitor's key: who is held out
 * stays so, on every node; a larger share holds out the same visitors and more. Pure.
 */
export function createHoldout(percent: number): (visitorKey: string) => boolean {
  const limit = (Math.max(0, Math.min(100, percent)) / 100) * 2 ** 32;
  return (visitorKey) => mixHash(hashText(visitorKey), holdoutSalt) < limit;
}

/** Keeps it apart from everything else that is hashed by visitor. */
const holdoutSalt = 0x5eed;
