import type { LakePlace } from "../stores/lake/openStorage.ts";
import type { LakeKeeping, LakePass } from "./lakePorts.ts";
import { childProgram, orderChild } from "./orderChild.ts";

/** What a pass is told. Everything is JSON: it crosses to another process. */
export interface LakeOrder extends LakePlace {
  readonly sources: readonly { readonly name: string; readonly directory: string }[];
  /** Where Firehose puts Parquet for the lake, as a lake's place is told; absent or null = nowhere. */
  readonly landingFolder?: string | null;
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

const program = childProgram(import.meta.url, "./lakePassChild");
const heapMegabytes = 128;

/**
 * One pass over the lake in a process of its own, which is nice to the others, has a bounded heap and gives everything back
 * when it ends: whatever happens there, this process goes on serving. Null = another process is at it. Rejects when it fails.
 * With `signal` it is killed, which harms nothing.
 */
export async function runLakePass(order: LakeOrder, signal?: AbortSignal): Promise<LakeRun | null> {
  const name = "the pass over the lake";
  const message = await orderChild<LakeOrder, LakeMessage>({
    ...{ program, heapMegabytes, name, order, signal },
  });
  return message.kind === "done" ? message.pass : null;
}
