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

type Run = (perSecond: number) => Promise<FloodFigures>;

/**
 * About the highest rate at which a node keeps up: steps of a half up to the first at which it does not, then halves between the
 * two. By short looks, which flatter: a pause of the whole machine, a large collection of garbage or a burst at the wrong time are
 * in few of them.
 */
export async function findMost(
  run: Run,
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

const mostSteps = 12;

/**
 * The first rate, from the one found downwards by a twentieth each, at which a node keeps up in `run`, which is as long as what is
 * then measured at multiples of it: otherwise it is refused at its own most, and the multiples are of a rate that it never did.
 * Throws where it keeps up at none of them: a machine that is given to others half of the time has no most.
 */
export async function confirmMost(run: Run, found: number, withinMs: number): Promise<number> {
  let rate = found;
  for (let step = 0; step < mostSteps; step++) {
    if (keepsUp(await run(rate), withinMs)) return rate;
    rate = Math.round(rate * 0.95);
  }
  throw new Error(`the node keeps up at no rate between ${rate} and ${found} for a whole window`);
}
