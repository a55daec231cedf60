import type { ErasedKeys } from "../jobs/lakePorts.ts";
import { isErasedLine } from "../stores/lake/erasedKeys.ts";
import { erasedKeysOf } from "../stores/postgres/lakeErasures.ts";
import type { Identity } from "./identity.ts";
import type { Stores } from "./stores.ts";

/** Looks for new erasures so often: what a node holds of an erased visitor lives no longer. */
export const forgetErasedMs = 600_000;

/**
 * Gives the work by which a node forgets who was erased, by whichever node: the links in its memory, and the events that wait on its
 * disk while the stream is away. Where nobody was erased since the last time, nothing is looked through.
 */
export function createForgetErased(
  { events }: Pick<Stores, "events">,
  { lakeErasures, recorder }: Pick<Identity, "lakeErasures" | "recorder">,
  hashOf: (visitorKey: string) => string,
): () => Promise<void> {
  let known = "";
  return async () => {
    const tombstones = await lakeErasures.tombstones();
    const state = `${tombstones.size} ${[...tombstones.values()].reduce((most, ms) => Math.max(most, ms), 0)}`;
    if (state === known) return;
    const erased: ErasedKeys = erasedKeysOf(tombstones, hashOf);
    await recorder.forgetErased(erased.isErased);
    await events.forget((line) => isErasedLine(line, erased));
    known = state;
  };
}
