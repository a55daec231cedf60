import type { Forecast, ForecastInput } from "../../../sdk/src/generated.ts";
import { bidRoom, chooseBid, isNothingWon, usualBidMicros } from "../../../src/shops/chooseBid.ts";
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

const mostLooks = 4;
const leastBidMicros = 1_000;

/**
 * A forecast at the bid that `POST /v1/shop-campaigns` would choose: the same looks at the price curve, by the same rule.
 * `handBidMicros`: where to look while the hand moves; null = nothing is known yet.
 */
export async function planBid(
  wish: PlanWish,
  handBidMicros: number | null,
  ask: (input: ForecastInput) => Promise<Forecast>,
): Promise<Plan> {
  const { question, ownBidMicros, isMoving } = wish;
  const look = (bidMicros: number) => ask({ ...question, bidMicros });
  const room = roomOfBid(wish.dailyMicros);
  const known = ownBidMicros ?? (isMoving ? handBidMicros : null);
  if (known !== null) return { forecast: await look(known), bidMicros: known };
  let bidMicros = Math.min(usualBidMicros, room.most);
  let forecast = await look(bidMicros);
  for (let looks = 1; looks < mostLooks && forecast.bidCurve.length > 0; looks++) {
    const chosen = chooseBid(forecast.bidCurve, wish.dailyMicros, room);
    if (chosen.bidMicros === bidMicros && !isNothingWon(forecast.bidCurve)) break;
    if (chosen.bidMicros === bidMicros) {
      bidMicros = Math.min(usualBidMicros, room.most);
      forecast = await look(bidMicros);
      break;
    }
    bidMicros = chosen.bidMicros;
    forecast = await look(bidMicros);
    if (chosen.because !== "edge") break;
  }
  return { forecast, bidMicros };
}

/** A bid must be one that a day's money can pay. */
export function roomOfBid(dailyMicros: number): {
  readonly least: number;
  readonly most: number;
} {
  const most = Math.min(bidRoom.most, Math.floor(dailyMicros / 1_000) * 1_000_000);
  return { least: Math.min(bidRoom.least, most), most: Math.max(leastBidMicros, most) };
}
