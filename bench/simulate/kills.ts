import { setTimeout as delay } from "node:timers/promises";
import type { SimulatedNode } from "./nodes.ts";
import type { Options } from "./options.ts";
import type { SimulatedStores } from "./stores.ts";

/** What is killed in which step of the run. */
export interface Kills {
  /** Runs beside the requests of step `tick`; undefined = nothing happens in it. */
  readonly at: (tick: number) => (() => Promise<void>) | undefined;
  /** Everything that was killed is back. */
  readonly settle: () => Promise<void>;
  readonly isRedisUp: () => boolean;
  readonly told: readonly string[];
}

/** Three times in a run, away from its ends. */
const moments = [0.35, 0.55, 0.75];
/** Long enough for some of the step's requests to be on their way, and some not yet. */
const underWayMs = 3;

/** Plans the deaths of a run of `ticks` steps. A killed server is away for some steps: the others go on. */
export function planKills(
  options: Options,
  ticks: number,
  stores: SimulatedStores,
  nodes: readonly SimulatedNode[],
  nowMs: () => number,
): Kills {
  const told: string[] = [];
  let isRedisUp = true;
  const returning: Promise<void>[] = [];
  const actions = new Map<number, (() => Promise<void>)[]>();
  const plan = (share: number, action: () => Promise<void>) => {
    const tick = Math.floor(share * ticks);
    actions.set(tick, [...(actions.get(tick) ?? []), action]);
  };
  moments.forEach((moment, index) => {
    if (options.killNode) {
      const node = nodes[index % nodes.length]!;
      plan(moment, async () => {
        await delay(underWayMs);
        await node.kill();
        told.push(`ad server ${node.index} killed`);
        returning.push(node.start(nowMs()));
      });
    }
    if (options.killRedis)
      plan(moment + 0.05, async () => {
        await delay(underWayMs);
        isRedisUp = false;
        await stores.killRedis();
        told.push("Redis killed");
        const back = stores.restartRedis().then(() => {
          isRedisUp = true;
        });
        returning.push(back);
      });
    if (options.killPostgres)
      plan(moment + 0.1, async () => {
        await stores.crashPostgres();
        told.push("Postgres crashed");
      });
  });
  return {
    told,
    isRedisUp: () => isRedisUp,
    at(tick) {
      const due = actions.get(tick);
      if (due === undefined) return undefined;
      return async () => {
        for (const action of due) await action();
      };
    },
    async settle() {
      await Promise.all(returning);
    },
  };
}
