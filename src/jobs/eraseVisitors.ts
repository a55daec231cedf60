import type {
  ErasureCounts,
  ErasurePass,
  ErasureRequest,
  LoggedErasure,
  QueuedErasure,
} from "./visitorPorts.ts";

export interface EraseVisitorsDeps {
  readonly redis: (visitorKey: string) => Promise<NonNullable<ErasureCounts["redis"]>>;
  readonly dynamodb: (visitorKey: string) => Promise<number>;
  readonly postgres: (
    visitorKey: string,
    visitorHash: string,
  ) => Promise<NonNullable<ErasureCounts["postgres"]>>;
  /** The accounts and visitors that are linked to a visitor. */
  readonly linkedKeys: (visitorKey: string) => Promise<readonly string[]>;
  /** A request of its own for somebody who is linked. */
  readonly requestFor: (linkedKey: string, cause: ErasureRequest["cause"]) => ErasureRequest;
  /** Puts the visitor on the list of those who are not loaded again, and the work into the queue; the work as it stands. */
  readonly request: (request: ErasureRequest, nowMs: number) => Promise<QueuedErasure>;
  readonly takeDue: (
    nowMs: number,
    leaseMs: number,
    limit: number,
  ) => Promise<readonly QueuedErasure[]>;
  readonly finishPass: (queued: QueuedErasure, pass: ErasurePass) => Promise<LoggedErasure>;
}

/**
 * What nodes hold in memory reaches the stores within this: samples of forecasts (a minute), linked ids (ten), pages and
 * loads that were under way. Then it is erased once more.
 */
export const settledAfterMs = 900_000;
const firstRetryMs = 30_000;
const longestRetryMs = 3_600_000;
const leaseMs = 60_000;
const atOnce = 20;

/** Erases a visitor everywhere now, and again until nothing can come back. Rejects when Postgres is away. */
export async function eraseVisitor(
  deps: EraseVisitorsDeps,
  request: ErasureRequest,
  nowMs: number,
): Promise<LoggedErasure> {
  return passOver(deps, await deps.request(request, nowMs), nowMs);
}

/** Works off what is due, on any node. Answers how many visitors it was. */
export async function eraseDueVisitors(deps: EraseVisitorsDeps, nowMs: number): Promise<number> {
  const due = await deps.takeDue(nowMs, leaseMs, atOnce);
  for (const queued of due) await passOver(deps, queued, nowMs);
  return due.length;
}

async function passOver(
  deps: EraseVisitorsDeps,
  queued: QueuedErasure,
  nowMs: number,
): Promise<LoggedErasure> {
  const { visitorKey, visitorHash } = queued;
  // Before the links are forgotten; a pass that ends in the middle finds them again.
  const linked = await followLinks(deps, queued, nowMs);
  // The table before the cache that is filled from it.
  const [dynamodb, postgres] = await Promise.allSettled([
    deps.dynamodb(visitorKey),
    deps.postgres(visitorKey, visitorHash),
  ]);
  const [redis] = await Promise.allSettled([deps.redis(visitorKey)]);
  const outcomes = { redis, dynamodb, postgres };
  const unreached = Object.entries(outcomes).flatMap(([name, { status }]) =>
    status === "rejected" ? [name] : [],
  );
  const counts: ErasureCounts = {
    ...(redis.status === "fulfilled" ? { redis: redis.value } : {}),
    ...(dynamodb.status === "fulfilled" ? { dynamodb: { scores: dynamodb.value } } : {}),
    ...(postgres.status === "fulfilled" ? { postgres: postgres.value } : {}),
    ...(queued.followsLinks ? { linked: { keys: linked } } : {}),
  };
  const nextAtMs = nextPassMs(queued, unreached.length === 0, nowMs);
  return deps.finishPass(queued, { counts, unreached, erasedAtMs: nowMs, nextAtMs });
}

/** Who is linked waits in the queue like others, and is not followed any further: whoever shared a device with them is not theirs. */
async function followLinks(
  deps: EraseVisitorsDeps,
  { visitorKey, cause, followsLinks }: QueuedErasure,
  nowMs: number,
): Promise<number> {
  if (!followsLinks) return 0;
  const linked = await deps.linkedKeys(visitorKey);
  for (const key of linked) await deps.request(deps.requestFor(key, cause), nowMs);
  return linked.length;
}

/** When a visitor is looked for again; null = never. Pure. */
export function nextPassMs(
  { passes, requestedAtMs }: Pick<QueuedErasure, "passes" | "requestedAtMs">,
  isComplete: boolean,
  nowMs: number,
): number | null {
  if (!isComplete)
    return nowMs + Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(passes, 20));
  const settledAtMs = requestedAtMs + settledAfterMs;
  return nowMs >= settledAtMs ? null : settledAtMs;
}
