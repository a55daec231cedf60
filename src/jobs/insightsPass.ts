import type { LakePlace } from "../stores/lake/openStorage.ts";
import { childProgram, orderChild } from "./orderChild.ts";
import type { InsightOutcome } from "./workOutInsights.ts";

/** What a pass is told. Everything is JSON: it crosses to another process. */
export interface InsightsOrder {
  readonly databaseUrl: string;
  readonly warehouse: WarehouseOrder | null;
  readonly nowMs: number;
}

/** Where analysis asks: a lake, or Redshift. */
export type WarehouseOrder =
  | ({ readonly kind: "lake" } & LakePlace)
  | {
      readonly kind: "redshift";
      readonly endpoint: string | null;
      readonly region: string;
      readonly database: string;
      readonly workgroup: string | null;
      readonly cluster: string | null;
      readonly secretArn: string | null;
    };

export type InsightsMessage =
  | { readonly kind: "done"; readonly outcome: InsightOutcome }
  | { readonly kind: "failed"; readonly problem: string };

const program = childProgram(import.meta.url, "./insightsChild");
const heapMegabytes = 256;

/**
 * Works out insights in a process of its own, which is nice to the others and gives everything back when it ends. Rejects when
 * it fails; with `signal` it is killed, which harms nothing.
 */
export async function runInsightsPass(
  order: InsightsOrder,
  signal?: AbortSignal,
): Promise<InsightOutcome> {
  const name = "working out insights";
  const { outcome } = await orderChild<InsightsOrder, InsightsMessage>({
    ...{ program, heapMegabytes, name, order, signal },
  });
  return outcome;
}
