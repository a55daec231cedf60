import { createBidLearning, type SharedBidLearning } from "../serving/bidLearning.ts";
import type { EmitEvent } from "../serving/ports.ts";
import { tellOfShownBids } from "../serving/shownBids.ts";
import { createShareLearning } from "../stores/redis/shareLearning.ts";
import type { Log } from "./log.ts";
import type { ServingState } from "./serving.ts";
import { describe, type Stores } from "./stores.ts";

export interface Learning {
  readonly learning: SharedBidLearning;
  /** An `emit` that tells of bids that were shown, too. */
  readonly hearing: (emit: EmitEvent) => EmitEvent;
}

/** What is learnt of bids: notices and pixels teach it, bids ask it. */
export function composeBidLearning(
  { jobsRedis }: Pick<Stores, "jobsRedis">,
  { ssps }: Pick<ServingState, "ssps">,
  log: Log,
): Learning {
  const learning = createBidLearning({
    share: createShareLearning(jobsRedis),
    onError: (error) => log.debug({ error: describe(error) }, "win rates not shared"),
  });
  const sspIdOf = (name: string) => ssps?.().find((ssp) => ssp.name === name)?.sspId ?? null;
  return { learning, hearing: (emit) => tellOfShownBids(emit, sspIdOf, learning) };
}
