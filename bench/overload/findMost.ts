import type { FloodFigures } from "./floodLoop.ts";

const mostShedShare = 0.01;

/** A node keeps up while it sends away less than one in a hundred and answers 99 in 100 of the others in time. */
export function keepsUp(
  { decidedPerSecond, shedPerSecond, decided, errors }: FloodFigures,
  withinMs: number,
): boolean {
  const all = decidedPerSecond + shedPerSecond;
  return errors === 0 && shedPerSecond <= all * mostShedShare && decided.p99Ms <= withinMs;
}

/**
 * The highest rate at which a node keeps up: doubled steps up to the first at which it does not, then halves between the two.
 * What it does at that rate is told again, of a longer run.
 */
export async function findMost(
  run: (perSecond: number) => Promise<FloodFigures>,
  {
    from,
    steps,
    withinMs,
  }: { readonly from: number; readonly steps: number; readonly withinMs: number },
): Promise<number> {
  let [good, bad] = [0, Number.POSITIVE_INFINITY];
  let next = from;
  for (let step = 0; step < steps || good === 0; step++) {
    if (step > 3 * steps) throw new Error("the node keeps up at no rate");
    if (keepsUp(await run(next), withinMs)) good = next;
    else bad = next;
    next = Math.round(bad === Number.POSITIVE_INFINITY ? good * 1.5 : (good + bad) / 2);
  }
  return good;
}
