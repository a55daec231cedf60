import type { NoBidReason } from "../openrtb/noBid.ts";
import type { DeliveryState } from "../targeting/deliveryState.ts";
import type { AdRequest, Candidate, Decision, PlacementDecision } from "../targeting/types.ts";
import type { Quote } from "./bidQuote.ts";

/** Decisions over again, for imps whose best candidates offer nothing that the exchange takes. */
const maxRounds = 3;

export interface FittingDeps {
  readonly decide: (request: AdRequest, delivery: DeliveryState) => Decision;
  readonly quote: (candidate: Candidate, placementId: string) => Quote | NoBidReason;
  /** Told of each candidate that offers nothing. */
  readonly onUnfit: (reason: NoBidReason) => void;
}

/** Decisions of candidates that all have an offer, and the offers. */
export interface Fitting {
  readonly decide: FittingDeps["decide"];
  readonly quoteOf: (candidate: Candidate, placementId: string) => Quote;
}

/**
 * Decides among candidates that can offer what the exchange takes: of each placement the best one whose advertiser and trade
 * are not on the page yet. Who cannot offer gives way to the next in rank; where nobody of the ranked can, their advertisers
 * are left out there and it is decided again, twice at most. For one request: what was offered is remembered.
 */
export function createFitting(deps: FittingDeps): Fitting {
  const quotes = createQuotes(deps);
  return {
    quoteOf: quotes.known,
    decide(asked, delivery) {
      let request = asked;
      for (let round = 1; ; round++) {
        const decision = fitPlacements(deps.decide(request, delivery), quotes);
        const unfit = quotes.unfitSince();
        const isMissing = decision.placements.some(({ winners }) => winners.length === 0);
        if (!isMissing || unfit.size === 0 || round === maxRounds) return decision;
        request = withoutAdvertisers(request, unfit);
      }
    },
  };
}

interface Quotes {
  readonly fits: (candidate: Candidate, placementId: string) => boolean;
  readonly known: Fitting["quoteOf"];
  /** Advertisers that were found unfit since the last call, by placement. */
  readonly unfitSince: () => ReadonlyMap<string, readonly number[]>;
}

function createQuotes({ quote, onUnfit }: FittingDeps): Quotes {
  const byKey = new Map<string, Quote | NoBidReason>();
  let unfit = new Map<string, number[]>();
  const keyOf = ({ creative }: Candidate, placementId: string) =>
    `${creative.creativeId}\n${placementId}`;
  return {
    fits(candidate, placementId) {
      const key = keyOf(candidate, placementId);
      const remembered = byKey.get(key);
      const found = remembered ?? quote(candidate, placementId);
      if (remembered === undefined) byKey.set(key, found);
      if (typeof found !== "string") return true;
      if (remembered === undefined) onUnfit(found);
      const { advertiserId } = candidate.campaign;
      unfit.set(placementId, [...(unfit.get(placementId) ?? []), advertiserId]);
      return false;
    },
    known(candidate, placementId) {
      const found = byKey.get(keyOf(candidate, placementId));
      if (found === undefined || typeof found === "string")
        throw new Error("only candidates that fit are asked for their offer");
      return found;
    },
    unfitSince() {
      const since = unfit;
      unfit = new Map();
      return since;
    },
  };
}

function fitPlacements(decision: Decision, quotes: Quotes): Decision {
  const advertisers = new Set<number>();
  const trades = new Set<string>();
  const takes = ({ campaign }: Candidate): boolean =>
    !advertisers.has(campaign.advertiserId) && !trades.has(campaign.trade);
  const placements = decision.placements.map((placement): PlacementDecision => {
    const { placementId } = placement;
    const winner = bestOf(placement, (it) => takes(it) && quotes.fits(it, placementId));
    if (winner !== null) {
      advertisers.add(winner.campaign.advertiserId);
      if (winner.campaign.trade !== "") trades.add(winner.campaign.trade);
    }
    return new FittingPlacement(placement, winner === null ? [] : [winner], quotes);
  });
  return { ...decision, placements };
}

/**
 * A placement's decision whose `ranked` is looked through when it is asked for. A class: an accessor written into each object
 * would give each a hidden class of its own, which keeps all that it refers to until the next full collection of garbage.
 */
class FittingPlacement implements PlacementDecision {
  readonly placementId: string;
  readonly count: number;
  readonly winners: readonly Candidate[];
  readonly #placement: PlacementDecision;
  readonly #quotes: Quotes;

  constructor(placement: PlacementDecision, winners: readonly Candidate[], quotes: Quotes) {
    this.placementId = placement.placementId;
    this.count = placement.count;
    this.winners = winners;
    this.#placement = placement;
    this.#quotes = quotes;
  }

  get ranked(): readonly Candidate[] {
    return this.#placement.ranked.filter((it) => this.#quotes.fits(it, this.placementId));
  }
}

/** The reserve is only read when the winner does not do: reading it costs. */
function bestOf(
  placement: PlacementDecision,
  isGood: (candidate: Candidate) => boolean,
): Candidate | null {
  const winner = placement.winners.find(isGood);
  if (winner !== undefined) return winner;
  if (placement.winners.length === 0) return null;
  return placement.ranked.find(isGood) ?? null;
}

function withoutAdvertisers(
  request: AdRequest,
  unfit: ReadonlyMap<string, readonly number[]>,
): AdRequest {
  const placements = request.placements.map((placement) => {
    const out = unfit.get(placement.id);
    if (out === undefined) return placement;
    return {
      ...placement,
      blockedAdvertiserIds: [...placement.blockedAdvertiserIds, ...out],
    };
  });
  return { ...request, placements };
}
