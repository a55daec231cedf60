import { bidPerThousand, costPerImpression } from "./deliver.ts";
import type { BidPoint } from "./forecastTypes.ts";
import type { Replay } from "./replay.ts";
import { roundCount, roundMicros, roundShare } from "./roundForecast.ts";
import { sumGroups, winRows } from "./winRows.ts";

export interface BidCurve {
  readonly points: readonly BidPoint[];
  /** The same before rounding, for finding the least bid that does it. */
  readonly exact: readonly { readonly bidMicros: number; readonly spendMicrosPerDay: number }[];
}

const steps = [0.5, 0.75, 1, 1.25, 1.5, 2, 3];

/** What other bids would win if no budget held them back. Bids stay what a campaign may bid. */
export function bidCurveOf(replay: Replay): BidCurve {
  const { opportunities } = replay;
  const found = spendAtBids(replay, steps);
  return {
    exact: found,
    points: found.map(({ bidMicros, wins, impressionsPerDay, spendMicrosPerDay }) => ({
      bidMicros,
      impressionsPerDay: roundCount(impressionsPerDay),
      spendMicrosPerDay: roundMicros(spendMicrosPerDay),
      shareWon: opportunities > 0 ? roundShare(wins / opportunities) : 0,
    })),
  };
}

interface BidOutcome {
  readonly bidMicros: number;
  /** Of the period. */
  readonly wins: number;
  readonly impressionsPerDay: number;
  readonly spendMicrosPerDay: number;
}

/** What multiples of the bid would win and spend without any budget, not rounded. */
export function spendAtBids(
  { sample, question, matched, calendar }: Replay,
  multiples: readonly number[],
): readonly BidOutcome[] {
  const bids = [...new Set(multiples.map((step) => validBid(question, step * question.bidMicros)))];
  return bids.map((bidMicros) => {
    const asked = { pricing: question.pricing, bidMicros };
    const bid = bidPerThousand(asked, sample.rates);
    const { byGroup } = winRows(sample, matched, bid, question.frequencyCaps);
    const wins = sumGroups(byGroup, calendar.whole);
    const impressionsPerDay = (wins * sample.rates.renderRate) / calendar.days;
    const spendMicrosPerDay = impressionsPerDay * costPerImpression(asked, sample.rates);
    return { bidMicros, wins, impressionsPerDay, spendMicrosPerDay };
  });
}

const leastBidMicros = 1_000;
const mostBidMicros = { cpm: 1_000_000_000, vcpm: 1_000_000_000, cpc: 100_000_000 } as const;

function validBid({ pricing }: Pick<Replay["question"], "pricing">, bidMicros: number): number {
  return Math.min(
    mostBidMicros[pricing],
    Math.max(leastBidMicros, Math.round(bidMicros / 1_000) * 1_000),
  );
}
