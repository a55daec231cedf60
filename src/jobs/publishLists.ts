import { maxScoresPerVisitor } from "../audience/packedScores.ts";
import { minimumPeople } from "../audience/retention.ts";
import type { ScoresTable } from "../stores/dynamodb/scores.ts";

/** A list that was changed, has run out, or was published under another model. */
export interface DueList {
  readonly listId: number;
  readonly segmentId: number;
  /** It has run out or was deleted: nobody is on it any more. */
  readonly isOver: boolean;
  readonly isDeleted: boolean;
}

export interface ListMembers {
  /** At most 100. */
  readonly due: (
    model: number | null,
    nowMs: number,
    recountMs: number,
  ) => Promise<readonly DueList[]>;
  /** Visitors whom the list's hashes find. */
  readonly count: (listId: number, nowMs: number) => Promise<number>;
  /** Those after a key, in the order of keys; a page. */
  readonly matching: (
    listId: number,
    nowMs: number,
    afterKey: string,
  ) => Promise<readonly string[]>;
  /** In whose scores the list stands without their being found any more; with `isOver` everybody. A page. */
  readonly leaving: (listId: number, nowMs: number, isOver: boolean) => Promise<readonly string[]>;
  readonly addMembers: (listId: number, visitorKeys: readonly string[]) => Promise<void>;
  readonly removeMembers: (listId: number, visitorKeys: readonly string[]) => Promise<void>;
  /** The work on a list is done; one that was deleted goes. */
  readonly finish: (
    list: DueList,
    people: number,
    model: number | null,
    nowMs: number,
  ) => Promise<void>;
}

export interface PublishListsDeps {
  readonly members: ListMembers;
  readonly scores: Pick<
    ScoresTable,
    "readActiveModelVersion" | "getManyScores" | "putScores" | "deleteScores"
  >;
  /** Those of some visitors who asked to be forgotten. */
  readonly suppressedOf: (visitorKeys: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** People come and go: a list is counted again after this. What it tells cannot be followed visitor by visitor. */
export const recountAfterMs = 3_600_000;
/** Scores of a visitor whom no model knows. */
const lifeSeconds = 30 * 86_400;

/**
 * Brings who is on which list into the scores of the model that serves: a list of at least 50 people stands in theirs with
 * the score 1, a smaller one, one that has run out or was deleted in nobody's. A run that ends in the middle is gone on with
 * by the next. Answers how many lists it worked on. Rejects when a store is away.
 */
export async function publishLists(deps: PublishListsDeps, nowMs: number): Promise<number> {
  const model = await deps.scores.readActiveModelVersion();
  const due = await deps.members.due(model, nowMs, recountAfterMs);
  for (const list of due) await publishList(deps, list, model, nowMs);
  return due.length;
}

async function publishList(
  deps: PublishListsDeps,
  list: DueList,
  model: number | null,
  nowMs: number,
): Promise<void> {
  const { members } = deps;
  const { listId, segmentId, isOver } = list;
  const people = isOver ? 0 : await members.count(listId, nowMs);
  const isPublished = people >= minimumPeople && model !== null;
  if (isPublished) await addAll(deps, list, model, nowMs);
  for (let more = true; more; ) {
    const leaving = await members.leaving(listId, nowMs, !isPublished);
    if (model !== null) await score(deps, leaving, model, nowMs, { segmentId, isOn: false });
    if (leaving.length > 0) await members.removeMembers(listId, leaving);
    more = leaving.length > 0;
  }
  await members.finish(list, people, model, nowMs);
}

async function addAll(
  deps: PublishListsDeps,
  { listId, segmentId }: DueList,
  model: number,
  nowMs: number,
): Promise<void> {
  let page = await deps.members.matching(listId, nowMs, "");
  while (page.length > 0) {
    // Noted before it is done: who is in it by a break is found to be taken out.
    await deps.members.addMembers(listId, page);
    await score(deps, page, model, nowMs, { segmentId, isOn: true });
    page = await deps.members.matching(listId, nowMs, page.at(-1) ?? "");
  }
}

async function score(
  { scores, suppressedOf }: PublishListsDeps,
  visitorKeys: readonly string[],
  modelVersion: number,
  nowMs: number,
  { segmentId, isOn }: { readonly segmentId: number; readonly isOn: boolean },
): Promise<void> {
  if (visitorKeys.length === 0) return;
  const known = await scores.getManyScores(visitorKeys, modelVersion, nowMs);
  const usualEnd = Math.floor(nowMs / 1_000) + lifeSeconds;
  const changed = visitorKeys.flatMap((visitorKey) => {
    const before = known.get(visitorKey);
    if (before === undefined && !isOn) return [];
    const own = new Map(before?.scores);
    if (isOn) own.set(segmentId, 1);
    else own.delete(segmentId);
    if (own.size > maxScoresPerVisitor) return [];
    const expiresAtSeconds = before?.expiresAtSeconds ?? usualEnd;
    return [{ visitorKey, modelVersion, expiresAtSeconds, scores: own }];
  });
  await scores.putScores(changed);
  // Whoever was erased meanwhile was put back: an erasure lists its visitor before it deletes.
  for (const visitorKey of await suppressedOf(visitorKeys)) await scores.deleteScores(visitorKey);
}
