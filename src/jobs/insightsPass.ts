import { fork } from "node:child_process";
import type { LakePlace } from "../stores/lake/openStorage.ts";
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

/** The same file from the sources and from a compiled tree. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./insightsChild.ts" : "./insightsChild.js",
  import.meta.url,
);
const heapMegabytes = 256;

/**
 * Works out insights in a process of its own, which is nice to the others and gives everything back when it ends. Rejects when
 * it fails; with `signal` it is killed, which harms nothing.
 */
export function runInsightsPass(
  order: InsightsOrder,
  signal?: AbortSignal,
): Promise<InsightOutcome> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", kill);
    child.once("message", (message: InsightsMessage) => {
      if (message.kind === "done") resolve(message.outcome);
      else reject(new Error(message.problem));
    });
    child.once("error", reject);
    child.once("exit", (code, killedBy) => {
      signal?.removeEventListener("abort", kill);
      // Nothing, if it has said its word.
      reject(new Error(`working out insights ended with ${killedBy ?? code}`));
    });
    if (signal?.aborted === true) kill();
    else child.send(order);
  });
}
