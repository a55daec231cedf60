import { applyChanges, buildSnapshot } from "../../src/targeting/snapshot.ts";
import { createHistogram } from "../latency/histogram.ts";
import { campaignsOf, everywhere } from "../support/campaigns.ts";

/** What one change costs a process when so many came since the base was built: processor time of its thread. */
export interface Applied {
  readonly changed: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
}

const times = 60;

/** Changes one campaign after the other of a snapshot in this process; nodes build a new base after 2 % or 500 changes. */
export function measureApply(
  count: number,
  most = Math.max(500, Math.round(count * 0.02)),
): readonly Applied[] {
  const campaigns = campaignsOf(count, everywhere);
  const base = buildSnapshot(campaigns, { revision: "1", builtAtMs: 0 });
  return [0, most / 10, most / 2, most].map((changed) => {
    const meta = { revision: "2", builtAtMs: 1 };
    const loaded = applyChanges(base, campaigns.slice(0, changed), [], meta);
    const micros = createHistogram();
    for (let index = 0; index < times; index++) {
      const campaign = campaigns[changed + index]!;
      const before = process.threadCpuUsage();
      applyChanges(loaded, [{ ...campaign, bidMicros: campaign.bidMicros + 1_000 }], [], meta);
      // The first ones compile.
      const { user, system } = process.threadCpuUsage(before);
      if (index >= 10) micros.record(user + system);
    }
    return {
      changed,
      p50Ms: micros.percentile(0.5) / 1_000,
      p90Ms: micros.percentile(0.9) / 1_000,
    };
  });
}
