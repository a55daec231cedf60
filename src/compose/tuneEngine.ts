import { setFlagsFromString } from "node:v8";

/**
 * Call it before a server loads what it keeps. V8 puts objects of a kind that once lived long straight among the old ones.
 * Loading a snapshot teaches it so about kinds that every decision makes too; what those refer to is then kept until the
 * next full collection, and an ad costs 25 µs more (docs/benchmarks.md).
 */
export function tuneEngine(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
