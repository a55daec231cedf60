import { createInterface } from "node:readline";

/**
 * For each line that comes, runs the same arithmetic and says how long it took, ms of the wall clock. Pinned to the core of
 * the server under test it tells how much of that core there is to have (see noise.ts).
 */
let sink = 0;

function spin(): number {
  const startedMs = performance.now();
  let value = 1;
  for (let turn = 0; turn < 8_000_000; turn++) value = (Math.imul(value, 1_664_525) + turn) >>> 0;
  sink ^= value;
  return performance.now() - startedMs;
}

// The first rounds are the compiler's.
for (let warmUp = 0; warmUp < 5; warmUp++) spin();
createInterface({ input: process.stdin }).on("line", () => {
  process.stdout.write(`${spin()} ${sink & 1}\n`);
});
