import { fork } from "node:child_process";
import type { LakePlace } from "../stores/lake/openStorage.ts";
import type { LakeKeeping, LakePass } from "./lakePorts.ts";

/** What a pass is told. Everything is JSON: it crosses to another process. */
export interface LakeOrder extends LakePlace {
  readonly sources: readonly { readonly name: string; readonly directory: string }[];
  /** Null = what the stream has lost is not looked for in the ledger. */
  readonly databaseUrl: string | null;
  /** Entries of the ledger younger than this are left to the stream. */
  readonly settledMs: number;
  readonly nowMs: number;
  /** Event files are deleted so long after their hour and their last line. */
  readonly keptMs: number;
  /** What the hashes of erased visitors are made with; null = late events of theirs come in. */
  readonly visitorSecret: string | null;
}

/** What a pass did: with new events, and to keep the lake within its limits. */
export interface LakeRun extends LakePass {
  readonly keeping: LakeKeeping;
}

export type LakeMessage =
  | { readonly kind: "done"; readonly pass: LakeRun }
  /** Another process is at the lake: it does the work. */
  | { readonly kind: "busy" }
  | { readonly kind: "failed"; readonly problem: string };

/** The same file from the sources and from a compiled tree. */
const program = new URL(
  import.meta.url.endsWith(".ts") ? "./lakePassChild.ts" : "./lakePassChild.js",
  import.meta.url,
);
const heapMegabytes = 128;

/**
 * One pass over the lake in a process of its own, which is nice to the others, has a bounded heap and gives everything back
 * when it ends: whatever happens there, this process goes on serving. Null = another process is at it. Rejects when it fails.
 * With `signal` it is killed, which harms nothing.
 */
export function runLakePass(order: LakeOrder, signal?: AbortSignal): Promise<LakeRun | null> {
  return new Promise((resolve, reject) => {
    const child = fork(program, {
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", kill);
    child.once("message", (message: LakeMessage) => {
      if (message.kind === "done") resolve(message.pass);
      else if (message.kind === "busy") resolve(null);
      else reject(new Error(message.problem));
    });
    child.once("error", reject);
    child.once("exit", (code, killedBy) => {
      signal?.removeEventListener("abort", kill);
      // Nothing, if it has said its word.
      reject(new Error(`the pass over the lake ended with ${killedBy ?? code}`));
    });
    if (signal?.aborted === true) kill();
    else child.send(order);
  });
}
