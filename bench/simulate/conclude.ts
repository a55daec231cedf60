import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Books } from "./books.ts";
import type { Tally } from "./coordinator.ts";
import { compareEvents, isEqual } from "./equality.ts";
import {
  type CampaignDay,
  campaignDays,
  fewClicksMisses,
  figuresOf,
  freeDelivery,
  groupFigures,
  judgedDays,
  overspends,
  type PageCounts,
} from "./figures.ts";
import { judgeLake, type LakeBooks } from "./lake.ts";
import type { Options } from "./options.ts";
import { type CountedCap, capViolations, type Oracle } from "./oracle.ts";
import { drawDelivery } from "./picture.ts";
import { printReport } from "./report.ts";
import type { SimulatedCampaign } from "./setUp.ts";
import type { Area } from "./world.ts";

/** All that a run leaves behind. */
export interface RunFacts {
  readonly options: Options;
  readonly campaigns: readonly SimulatedCampaign[];
  readonly areas: readonly Area[];
  readonly oracle: Oracle;
  readonly tally: Tally;
  readonly kills: readonly string[];
  readonly pages: PageCounts;
  readonly books: Books;
  readonly lake: LakeBooks;
  readonly seconds: number;
}

/** Judges a run, prints and writes what came out. Answers 1 when a promise was broken, else 0. */
export async function conclude(facts: RunFacts): Promise<number> {
  const result = judge(facts);
  printReport(result);
  const { days, ...rest } = result;
  const file = (name: string) => join(facts.options.out, name);
  const written = { ...rest, days: days.map(withoutCurves) };
  await writeFile(file("result.json"), `${JSON.stringify(written, null, 2)}\n`);
  await writeFile(file("delivery.svg"), drawDelivery(days, facts.options));
  console.log(`\nWritten to ${facts.options.out}: result.json, delivery.svg`);
  return result.invariants.every(({ holds }) => holds) ? 0 : 1;
}

/** A campaign-day as it is written: its figures, not each step. */
function withoutCurves({ campaign, ...day }: CampaignDay) {
  const { planMicros: _plan, spendMicros: _spend, ...figures } = day;
  const { campaignId, name, campaignClass, pricing, bidMicros } = campaign;
  return {
    campaignId,
    name,
    campaignClass,
    area: campaign.area.name,
    pricing,
    bidMicros,
    ...figures,
  };
}

export type Result = ReturnType<typeof judge>;

function judge(facts: RunFacts) {
  const { options, campaigns, oracle, books, tally } = facts;
  const { entries } = books;
  const days = campaignDays(options, campaigns, entries, facts.pages);
  const over = overspends(campaigns, entries);
  const equality = compareEvents(oracle, entries, campaigns);
  const violations = capViolations(oracle, capsOf(campaigns), options.tickSeconds * 1_000);
  const lake = judgeLake(facts.lake, oracle, options);
  const free = {
    cpm: freeDelivery(["cpm", "vcpm"], campaigns, entries),
    cpc: freeDelivery(["cpc"], campaigns, entries),
  };
  const invariant = (name: string, broken: readonly unknown[], told: string) => ({
    name,
    holds: broken.length === 0,
    told,
    examples: broken.slice(0, 5),
  });
  const invariants = [
    invariant(
      "no limit passed in the ledger",
      over,
      `${over.reduce((sum, it) => sum + it.overMicros, 0)} micros over`,
    ),
    invariant(
      "no cap exceeded",
      violations,
      `${violations.length} violations of ${capsOf(campaigns).length} caps`,
    ),
    invariant(
      "ledger equal to what readers' browsers told",
      isEqual(equality)
        ? []
        : [
            ...equality.missing,
            ...equality.unexpected,
            ...equality.wrong,
            ...equality.wronglyCharged,
          ],
      `${equality.told} events told, ${equality.written} rows; ${equality.missing.length} missing, ${equality.unexpected.length} unexpected, ${equality.wrong.length} wrong, ${equality.wronglyCharged.length} wrongly charged`,
    ),
    invariant("lake equal to both", lake.broken, lake.told),
    invariant(
      "Redis counters equal to the ledger",
      books.counterFaults,
      `${books.counterFaults.length} differ`,
    ),
    invariant(
      "nothing left unwritten",
      books.unwritten > 0 ? [books.unwritten] : [],
      `${books.unwritten} events`,
    ),
    invariant("every answer right", tally.faults, `${tally.faults.length} faults`),
  ];
  return {
    options,
    seconds: facts.seconds,
    tally,
    kills: facts.kills,
    ads: oracle.ads(),
    lateImpressions: oracle.lateImpressions(),
    invariants,
    free,
    groups: groupFigures(days),
    judged: figuresOf("judged", judgedDays(days)),
    fewClicksMisses: fewClicksMisses(days),
    days,
  };
}

function capsOf(campaigns: readonly SimulatedCampaign[]): readonly CountedCap[] {
  const idsOf = (some: readonly SimulatedCampaign[]) => new Set(some.map((it) => it.campaignId));
  return campaigns.flatMap((campaign) =>
    campaign.frequencyCaps.map(({ per, maxImpressions, windowSeconds = 0 }) => {
      const counted =
        per === "campaign"
          ? [campaign]
          : campaigns.filter(({ advertiserId }) => advertiserId === campaign.advertiserId);
      const bound = counted.filter((it) => it.frequencyCaps.some((other) => other.per === per));
      return {
        campaignId: campaign.campaignId,
        campaignIds: idsOf(counted),
        boundIds: idsOf(bound),
        maxImpressions,
        windowMs: windowSeconds * 1_000,
      };
    }),
  );
}
