import { setTimeout as delay } from "node:timers/promises";
import type { Town } from "./town.ts";

/** What `/readyz` of the nodes says while somebody looks. */
export interface Watch {
  /** For how long in a row a node gave each reason, the longest so far, ms; "no answer" = it did not answer. */
  readonly told: ReadonlyMap<string, number>;
  /** Whether all nodes said that all is well, asked after this moment (`performance.now()`). */
  readonly isWellSince: (sinceMs: number) => boolean;
  readonly stop: () => Promise<void>;
}

export const noAnswer = "no answer";
const lookEveryMs = 100;
const patienceMs = 1_000;

export function watchReadiness({ nodes }: Town): Watch {
  const told = new Map<string, number>();
  const wellAtMs = nodes.map(() => Number.NEGATIVE_INFINITY);
  let isStopped = false;
  const watchNode = async (index: number): Promise<void> => {
    let since = new Map<string, number>();
    while (!isStopped) {
      const askedAtMs = performance.now();
      const reasons = await reasonsOf(nodes[index]?.url() ?? "");
      since = new Map(reasons.map((reason) => [reason, since.get(reason) ?? askedAtMs]));
      for (const [reason, fromMs] of since)
        told.set(reason, Math.max(told.get(reason) ?? 0, performance.now() - fromMs));
      wellAtMs[index] = reasons.length === 0 ? askedAtMs : Number.NEGATIVE_INFINITY;
      await delay(lookEveryMs);
    }
  };
  const watching = nodes.map((_, index) => watchNode(index));
  return {
    told,
    isWellSince: (sinceMs) => wellAtMs.every((atMs) => atMs >= sinceMs),
    async stop() {
      isStopped = true;
      await Promise.all(watching);
    },
  };
}

async function reasonsOf(url: string): Promise<readonly string[]> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(patienceMs) });
    const { reasons } = (await answer.json()) as { readonly reasons: readonly string[] };
    return reasons;
  } catch {
    return [noAnswer];
  }
}

/** The sum of a metric over the nodes that answer. */
export async function sumOfMetric({ nodes }: Town, name: string): Promise<number> {
  const values = await Promise.all(nodes.map((node) => metricOf(node.url(), name)));
  return values.reduce((sum, value) => sum + value, 0);
}

async function metricOf(url: string, name: string): Promise<number> {
  const page = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(patienceMs) })
    .then((answer) => answer.text())
    .catch(() => "");
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(page)?.[1] ?? 0);
}
