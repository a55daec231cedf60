import { judgeContent } from "../jobs/judgeContent.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { CampaignStore } from "../stores/postgres/campaignStore.ts";
import { createContentJudging } from "../stores/postgres/contentJudging.ts";
import { refreshCreativeShares } from "../stores/postgres/creativeShares.ts";
import type { Log } from "./log.ts";
import { describe, type Stores } from "./stores.ts";

const judgePollMs = 5_000;
const sharesPollMs = 300_000;

/** Judges what the present content rules have not judged, and learns how creatives share their turns, until stopped. */
export function startJudging(
  jobsDb: Stores["jobsDb"],
  { creatives }: Pick<CampaignStore, "creatives">,
  metrics: Metrics,
  log: Log,
): readonly Repeating[] {
  const judged = metrics.counter(
    "atelier_content_judged_total",
    "Creatives that a new version of the content rules, or another trade, had judged again",
    ["outcome"],
  );
  const judging = createContentJudging(jobsDb);
  const warn = (what: string) => (error: unknown) => log.warn({ error: describe(error) }, what);
  const judge = () =>
    judgeContent({
      judging,
      creatives,
      nowMs: Date.now,
      onJudged: (outcome) => judged.add(1, { outcome }),
    });
  return [
    repeat(judge, judgePollMs, warn("creatives could not be judged again")),
    repeat(
      () => refreshCreativeShares(jobsDb),
      sharesPollMs,
      warn("the shares of creatives could not be learnt"),
    ),
  ];
}
