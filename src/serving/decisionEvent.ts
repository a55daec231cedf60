import { bucketKey, bucketKeyToCell, cellHigh, resolutionOfHigh } from "../geo/cells.ts";
import { creativeChances } from "../targeting/creativeShares.ts";
import { hashText } from "../targeting/hash.ts";
import type { AdRequest, Candidate } from "../targeting/types.ts";
import type { Winner } from "./answer.ts";
import type { ServingEvent } from "./ports.ts";
import { remembered } from "./remembered.ts";

/** True for one in `every` decisions, by a stable hash of the id. 1 or less = always. */
export function isSampled(decisionId: string, every: number): boolean {
  return every <= 1 || hashText(decisionId) % every === 0;
}

/**
 * The `ad_decision.v1` event: what was shown and why it was worth it. `heldOut` says whether a recognised visitor's profile was
 * left aside to measure what profiles bring; null = there was none to leave aside. No id, no address, no exact place: the cell is a
 * resolution-5 one (about 250 km²). `weight` says how many decisions the event stands for.
 */
export function decisionEvent(
  request: AdRequest,
  winners: readonly Winner[],
  siteKey: string | null,
  emptySampleEvery: number,
  heldOut: boolean | null = null,
): ServingEvent {
  const [place] = request.places;
  return {
    schema: "ad_decision.v1",
    eventId: request.decisionId,
    occurredAtMs: request.nowMs,
    payload: {
      decisionId: request.decisionId,
      site: siteKey,
      weight: winners.length > 0 ? 1 : Math.max(1, emptySampleEvery),
      cell: place === undefined ? null : coarseCell(place.cell),
      placeSource: place?.source ?? null,
      category: request.page.category,
      deviceType: request.deviceType,
      consentBasis: request.consent.basis,
      personalised: request.consent.mayPersonalise,
      ...(heldOut === null ? {} : { heldOut }),
      placements: request.placements.map(({ id, count }) => ({ id, count })),
      ads: winners.map(adPayload),
    },
  };
}

function adPayload({ placementId, slot, candidate, holdId }: Winner) {
  const { campaign, creative, value } = candidate;
  return {
    placementId,
    slot,
    campaignId: campaign.campaignId,
    creativeId: creative.creativeId,
    advertiserId: campaign.advertiserId,
    valueMicros: value.valueMicros,
    clickRate: value.clickRate,
    viewRate: value.viewRate,
    placeSource: candidate.placeSource,
    held: holdId !== null,
    ...propensityOf(candidate),
  };
}

/** How probable the creative was to be the one, and each of the others: what another policy is judged by. */
function propensityOf({ choices, creative }: Candidate) {
  if (choices === undefined) return {};
  const chances = creativeChances(choices).slice(0, mostChoices);
  const chosen = chances.find(({ creativeId }) => creativeId === creative.creativeId);
  if (chosen === undefined) return {};
  return {
    propensity: rounded(chosen.chance),
    choices: chances.map(({ creativeId, chance }) => [creativeId, rounded(chance)]),
  };
}

/** More creatives than a campaign may have at once. */
const mostChoices = 50;
const rounded = (chance: number) => Math.round(chance * 1e6) / 1e6;

const rememberedCells = 5_000;
const coarseCell = remembered(rememberedCells, (cell) =>
  resolutionOfHigh(cellHigh(cell)) <= 5 ? cell : bucketKeyToCell(bucketKey(cell, 5)),
);
