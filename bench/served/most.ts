import { load, writeScript } from "../support/wrk.ts";
import type { BenchNode } from "./nodes.ts";

const path = "/v1/ads";

/** The most pages a second that nodes answer together, in closed loops of wrk on each at once, after warming up. */
export async function findMost(
  nodes: readonly BenchNode[],
  folder: string,
  bodiesFile: string,
  seconds = 6,
): Promise<number> {
  const script = await writeScript(folder);
  let most = 0;
  for (const forSeconds of [seconds, seconds]) {
    const figures = await Promise.all(
      nodes.map(({ port }) =>
        load({ port, path, connections: 32 }, script, bodiesFile, forSeconds),
      ),
    );
    most = figures.reduce((sum, { perSecond }) => sum + perSecond, 0);
  }
  return most;
}
