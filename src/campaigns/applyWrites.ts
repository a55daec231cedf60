import { PublicError } from "../errors.ts";
import type { Actor, EntityChange, Repository, WriteOutcome } from "./repository.ts";

/** One of several writes of one kind of entity. */
export type EntityWrite<Kept, Fields> =
  | { readonly op: "create"; readonly fields: Fields }
  | ({ readonly op: "update" } & EntityChange<Kept, Fields>);

type Writes<Kept, Fields> = Pick<Repository<Kept, Fields, never>, "insertAll" | "changeAll">;

/**
 * Writes several at once: new ones together, changes together, those of one entity in their order. What the store refuses
 * is tried one by one, so that it refuses only what it must. Outcomes are in the order of the writes. Throws PublicError
 * `unavailable`, and faults.
 */
export async function applyWrites<Kept, Fields>(
  repository: Writes<Kept, Fields>,
  writes: readonly EntityWrite<Kept, Fields>[],
  actor: Actor,
): Promise<readonly WriteOutcome<Kept>[]> {
  const outcomes = new Map<number, WriteOutcome<Kept>>();
  for (const group of groupsOf(writes)) {
    const ofGroup = await applyGroup(
      repository,
      group.map((index) => writes[index]!),
      actor,
    );
    for (const [place, index] of group.entries()) outcomes.set(index, ofGroup[place]!);
  }
  return writes.map((_write, index) => outcomes.get(index)!);
}

/** Indices: all new ones, then each entity's first change, each one's second … */
function groupsOf<Kept, Fields>(
  writes: readonly EntityWrite<Kept, Fields>[],
): readonly (readonly number[])[] {
  const created: number[] = [];
  const rounds: number[][] = [];
  const seen = new Map<number, number>();
  for (const [index, write] of writes.entries()) {
    if (write.op === "create") created.push(index);
    else {
      const round = seen.get(write.id) ?? 0;
      seen.set(write.id, round + 1);
      if (round === rounds.length) rounds.push([]);
      rounds[round]?.push(index);
    }
  }
  return created.length === 0 ? rounds : [created, ...rounds];
}

async function applyGroup<Kept, Fields>(
  repository: Writes<Kept, Fields>,
  group: readonly EntityWrite<Kept, Fields>[],
  actor: Actor,
): Promise<readonly WriteOutcome<Kept>[]> {
  try {
    const created = group.flatMap((write) => (write.op === "create" ? [write.fields] : []));
    if (created.length > 0) {
      const inserted = await repository.insertAll(created, actor);
      return inserted.map((kept) => ({ ok: true, kept }));
    }
    const changes = group.flatMap((write) => (write.op === "update" ? [write] : []));
    return await repository.changeAll(changes, actor);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (group.length === 1) return [{ ok: false, error }];
    const outcomes: WriteOutcome<Kept>[] = [];
    for (const one of group) outcomes.push(...(await applyGroup(repository, [one], actor)));
    return outcomes;
  }
}

/** Something is wrong with what was sent, not with the store. */
export function isRefusal(error: unknown): error is PublicError {
  return error instanceof PublicError && error.code !== "unavailable" && error.code !== "internal";
}
