import { finished } from "../../src/targeting/segment/sliced.ts";
import {
  applyChanges,
  buildSnapshot,
  foldChanges,
  mostFreshCampaigns,
} from "../../src/targeting/snapshot.ts";
import { createHistogram } from "../latency/histogram.ts";
import { campaignsOf, everywhere } from "../support/campaigns.ts";

/** What one change costs a process when so many came since the base was built: processor time of its thread. */
export interface Applied {
  readonly changed: number;
  /** One change upon so many, as many of them not folded as there may be: the dearest there is. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  /** Folding them, once in `mostFreshCampaigns` changes: all of it, and the most in one turn. */
  readonly foldMs: number;
  readonly foldTurnMs: number;
}

const times = 60;
const meta = { revision: "2", builtAtMs: 1 };

/** Changes one campaign after the other of a snapshot in this process; nodes build a new base after 2 % or 500 changes. */
export function measureApply(
  count: number,
  most = Math.max(500, Math.round(count * 0.02)),
): readonly Applied[] {
  const campaigns = campaignsOf(count, everywhere);
  const base = buildSnapshot(campaigns, { revision: "1", builtAtMs: 0 });
  return [0, most / 10, most / 2, most].map((changed) => {
    const folded = Math.max(0, changed - mostFreshCampaigns);
    const below = finished(foldChanges(base, campaigns.slice(0, folded), [], meta));
    const loaded = applyChanges(below, campaigns.slice(folded, changed), [], meta);
    const micros = createHistogram();
    for (let index = 0; index < times; index++) {
      const campaign = campaigns[changed + index]!;
      const bidMicros = campaign.bidMicros + 1_000;
      const took = ownMsOf(() => applyChanges(loaded, [{ ...campaign, bidMicros }], [], meta));
      // The first ones compile.
      if (index >= 10) micros.record(took * 1_000);
    }
    return {
      changed,
      p50Ms: micros.percentile(0.5) / 1_000,
      p90Ms: micros.percentile(0.9) / 1_000,
      ...measureFold(loaded),
    };
  });
}

function measureFold(loaded: ReturnType<typeof buildSnapshot>) {
  const fold = foldChanges(loaded, [], [], meta);
  let [foldMs, foldTurnMs] = [0, 0];
  for (let isDone = false; !isDone; ) {
    const took = ownMsOf(() => {
      isDone = fold.next().done === true;
    });
    foldMs += took;
    foldTurnMs = Math.max(foldTurnMs, took);
  }
  return { foldMs, foldTurnMs };
}

function ownMsOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
