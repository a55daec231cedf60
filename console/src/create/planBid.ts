import type { Forecast, ForecastInput } from "../../../sdk/src/generated.ts";
import { chooseBid } from "../../../src/shops/chooseBid.ts";
import type { Question } from "./bodyOfDraft.ts";

/** A question as it stands under the hand. */
export interface PlanWish {
  readonly question: Question;
  readonly dailyMicros: number;
  /** A bid of one's own; null = the recommended one. */
  readonly ownBidMicros: number | null;
  /** Under a hand that still moves one look is enough, at the bid that was right a moment ago. */
  readonly isMoving: boolean;
}

export interface Plan {
  readonly forecast: Forecast;
  readonly bidMicros: number;
}

/** As the server begins, and between which bids it stays: 0.50 € to 20 € for a thousand views. */
const firstBidMicros = 4_000_000;
const bounds = { least: 500_000, most: 20_000_000 };
const mostLooks = 4;
const leastBidMicros = 1_000;

/**
 * A forecast at the bid that `POST /v1/shop-campaigns` would choose: the same looks at the price curve, by the same rule.
 * `lastBidMicros`: where to look while the hand moves.
 */
export async function planBid(
  wish: PlanWish,
  lastBidMicros: number | null,
  ask: (input: ForecastInput) => Promise<Forecast>,
): Promise<Plan> {
  const { question, ownBidMicros, isMoving } = wish;
  const look = (bidMicros: number) => ask({ ...question, bidMicros });
  const room = roomOf(wish.dailyMicros);
  const known = ownBidMicros ?? (isMoving ? lastBidMicros : null);
  if (known !== null) return { forecast: await look(known), bidMicros: known };
  let bidMicros = Math.min(firstBidMicros, room.most);
  let forecast = await look(bidMicros);
  for (let looks = 1; looks < mostLooks && forecast.bidCurve.length > 0; looks++) {
    const chosen = chooseBid(forecast.bidCurve, wish.dailyMicros, room);
    if (chosen.bidMicros === bidMicros) break;
    bidMicros = chosen.bidMicros;
    forecast = await look(bidMicros);
    if (chosen.because !== "edge") break;
  }
  return { forecast, bidMicros };
}

/** A bid must be one that a day's money can pay. */
function roomOf(dailyMicros: number): typeof bounds {
  const most = Math.min(bounds.most, Math.floor(dailyMicros / 1_000) * 1_000_000);
  return { least: Math.min(bounds.least, most), most: Math.max(leastBidMicros, most) };
}
