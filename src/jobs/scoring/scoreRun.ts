import { fork } from "node:child_process";
import type { Published } from "./publishScores.ts";
import type { ScoringOrder } from "./scoringOrder.ts";

/** What a run has come to. */
export interface ScoreRunSummary {
  readonly segments: number;
  readonly usable: number;
  readonly visitors: number;
  readonly events: number;
  readonly published: Published | null;
  readonly elapsedMs: number;
}

export type ScoreMessage =
  | { readonly kind: "done"; readonly run: ScoreRunSummary }
  | { readonly kind: "failed"; readonly problem: string };

/** The same file from the sources and from a compiled tree. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./scoreRunChild.ts" : "./scoreRunChild.js",
  import.meta.url,
);
const heapMegabytes = 512;

/**
 * One run in a process of its own, which is nice to the others and gives everything back when it ends. Rejects when it fails;
 * with `signal` it is killed, which harms nothing: the next run goes on where it was.
 */
export function runScoring(order: ScoringOrder, signal?: AbortSignal): Promise<ScoreRunSummary> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", kill);
    child.once("message", (message: ScoreMessage) => {
      if (message.kind === "done") resolve(message.run);
      else reject(new Error(message.problem));
    });
    child.once("error", reject);
    child.once("exit", (code, killedBy) => {
      signal?.removeEventListener("abort", kill);
      // Nothing, if it has said its word.
      reject(new Error(`the run of scores ended with ${killedBy ?? code}`));
    });
    if (signal?.aborted === true) kill();
    else child.send(order);
  });
}
