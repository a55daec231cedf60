import type { DeliveryState } from "../deliveryState.ts";
import { createScene, pageTopics } from "../scene.ts";
import { layersOf, type Snapshot } from "../snapshot.ts";
import type { AdRequest, Candidate, Placement, PlacementDecision, VisitorState } from "../types.ts";
import { readCandidate } from "./candidate.ts";
import type { Pool } from "./pool.ts";
import { type EntryList, holdsEntry, type Selection } from "./select.ts";

/** What a decision was made from: enough to read more of it later. */
export interface DecisionInputs {
  readonly request: AdRequest;
  readonly snapshot: Snapshot;
  readonly visitor: VisitorState;
  readonly delivery: DeliveryState;
}

/** Entries of the pool as they outlive it: three integers each, see `findingNumbers`. */
export type Findings = readonly number[];
const findingNumbers = { stream: 0, position: 1, placeIndex: 2, all: 3 };

/** Whoever may step in for a winner, best first: reserves, and house ads of last resort. */
export function furtherFindings(pool: Pool, selection: Selection, index: number): Findings {
  const reserves = selection.reserves[index]!;
  const lastResort = selection.lastResort[index]!;
  if (lastResort.size === 0) return findingsOf(pool, reserves);
  const winners = selection.winners[index]!;
  const isFurther = (entry: number) =>
    (holdsEntry(reserves, entry) || holdsEntry(lastResort, entry)) && !holdsEntry(winners, entry);
  const entries = pool.order.subarray(0, pool.size).filter(isFurther);
  return findingsOf(pool, { size: entries.length, entries });
}

function findingsOf(pool: Pool, { size, entries }: EntryList): Findings {
  const findings = new Array<number>(findingNumbers.all * size);
  for (let index = 0; index < size; index++) {
    const entry = entries[index]!;
    const at = findingNumbers.all * index;
    findings[at + findingNumbers.stream] = pool.streamNumbers[entry]!;
    findings[at + findingNumbers.position] = pool.positions[entry]!;
    findings[at + findingNumbers.placeIndex] = pool.placeIndexes[entry]!;
  }
  return findings;
}

/** A decision whose `ranked` is read from the snapshot when it is asked for. */
export function createPlacementDecision(
  placement: Placement,
  winners: readonly Candidate[],
  findings: Findings,
  inputs: DecisionInputs,
): PlacementDecision {
  const decision: ReadableLater = Object.create(readLater);
  decision.placementId = placement.id;
  decision.count = placement.count;
  decision.winners = winners;
  decision.later = { placement, findings, inputs, ranked: null };
  return decision;
}

interface ReadableLater {
  placementId: string;
  count: number;
  winners: readonly Candidate[];
  later: Later;
  readonly ranked: readonly Candidate[];
}

interface Later {
  readonly placement: Placement;
  readonly findings: Findings;
  readonly inputs: DecisionInputs;
  ranked: readonly Candidate[] | null;
}

/**
 * The accessor lives on one prototype: written into each decision, it would give each a hidden class of its own, which
 * keeps all that the decision refers to until the next full collection of garbage.
 */
const readLater = {
  get ranked(): readonly Candidate[] {
    const { winners, later } = this as unknown as ReadableLater;
    later.ranked ??= [...winners, ...readFindings(later)];
    return later.ranked;
  },
};

function readFindings({ placement, findings, inputs }: Later): Candidate[] {
  const { request, snapshot, visitor, delivery } = inputs;
  const scenes = layersOf(snapshot).map(({ segment }) =>
    createScene(segment, pageTopics(segment, request), request, visitor, delivery),
  );
  const candidates: Candidate[] = [];
  for (let at = 0; at < findings.length; at += findingNumbers.all) {
    const scene = scenes[findings[at + findingNumbers.stream]!]!;
    const position = findings[at + findingNumbers.position]!;
    const placeIndex = findings[at + findingNumbers.placeIndex]!;
    candidates.push(readCandidate(scene, position, placeIndex, placement));
  }
  return candidates;
}
