/**
 * Who is behind a visitor. A visitor is a browser; an account is known where somebody has logged in. Nothing here is a
 * guess: visitors belong together only because they were seen with the same account.
 */

/** A visitor was seen with an account, or (null) logged out. Keys are keyed hashes of 22 characters. */
export interface IdentitySighting {
  readonly visitorKey: string;
  readonly accountKey: string | null;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** From `fromMs` on and before `untilMs`, what a visitor did is the person's. */
export interface IdentityStretch {
  readonly visitorKey: string;
  readonly personKey: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

const dayMs = 86_400_000;

/** `warehouse/sql/identity_as_of.sql` has the same figures; a test compares the two. */
export const identityRules = {
  /** Sightings are forgotten after it: identifiers live 13 months. */
  rememberedMs: 390 * dayMs,
  /** A visitor who was not seen with its account for so long is anonymous again. */
  lapseMs: 90 * dayMs,
  /** Two accounts within it are two people at one device. */
  sharedWithinMs: 1_800_000,
  /** An account seen with more visitors is no person's. */
  mostVisitors: 20,
} as const;

/** Before anything was told of anybody. */
export const beginningMs = 0;

/**
 * The stretches of time in which visitors belong to accounts, as far as it was known at `asOfMs`: sightings after it count
 * for nothing, so that what is learnt from them has no future in it. Where no stretch is, a visitor belongs to itself.
 *
 * - Merge: from its first sighting on a visitor belongs to the account, and what it did anonymously before does too.
 * - Log-out: from then on it belongs to itself; only the next sighting begins a new stretch.
 * - Another account: the time between the last sighting with one and the first with the other is nobody's. One such change
 *   is a device that was handed over.
 * - A shared device (accounts change twice, or within half an hour) and a crowd's account (more than 20 visitors) merge nothing.
 * - 90 days without a sighting end a stretch.
 *
 * Pure. Answers the stretches by visitor, in their order.
 */
export function resolveIdentity(
  sightings: readonly IdentitySighting[],
  asOfMs: number,
): ReadonlyMap<string, readonly IdentityStretch[]> {
  const known = sightings.filter(
    ({ atMs }) => atMs <= asOfMs && atMs > asOfMs - identityRules.rememberedMs,
  );
  const crowded = crowdedAccounts(known);
  const resolved = new Map<string, readonly IdentityStretch[]>();
  for (const [visitorKey, own] of Map.groupBy(known, (sighting) => sighting.visitorKey)) {
    const ordered = distinctInOrder(own);
    if (isShared(ordered)) continue;
    const stretches = ordered.flatMap((sighting, index) =>
      stretchOf(sighting, ordered[index + 1], index === 0, crowded),
    );
    if (stretches.length > 0) resolved.set(visitorKey, stretches);
  }
  return resolved;
}

/** The person to whom belongs what a visitor did at a time; the visitor's own key where nobody else is known. Pure. */
export function personAt(
  resolved: ReadonlyMap<string, readonly IdentityStretch[]>,
  visitorKey: string,
  atMs: number,
): string {
  const stretch = resolved
    .get(visitorKey)
    ?.find(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
  return stretch?.personKey ?? visitorKey;
}

function crowdedAccounts(known: readonly IdentitySighting[]): ReadonlySet<string> {
  const visitors = new Map<string, Set<string>>();
  for (const { accountKey, visitorKey } of known) {
    if (accountKey === null) continue;
    const seen = visitors.get(accountKey) ?? new Set();
    visitors.set(accountKey, seen.add(visitorKey));
  }
  const crowded = [...visitors].filter(([, seen]) => seen.size > identityRules.mostVisitors);
  return new Set(crowded.map(([accountKey]) => accountKey));
}

/** By time; of one instant the log-out first, then by account. The same sighting told twice is one. */
function distinctInOrder(own: readonly IdentitySighting[]): readonly IdentitySighting[] {
  const distinct = new Map(own.map((one) => [`${one.atMs} ${one.accountKey ?? ""}`, one]));
  const nameOf = ({ accountKey }: IdentitySighting) => accountKey ?? "";
  return [...distinct.values()].sort(
    (a, b) => a.atMs - b.atMs || (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0),
  );
}

function isShared(ordered: readonly IdentitySighting[]): boolean {
  const named = ordered.filter(({ accountKey }) => accountKey !== null);
  let changes = 0;
  for (const [index, now] of named.entries()) {
    const before = named[index - 1];
    if (before === undefined || before.accountKey === now.accountKey) continue;
    changes += 1;
    if (changes > 1 || now.atMs - before.atMs <= identityRules.sharedWithinMs) return true;
  }
  return false;
}

function stretchOf(
  { visitorKey, accountKey, atMs }: IdentitySighting,
  next: IdentitySighting | undefined,
  isFirst: boolean,
  crowded: ReadonlySet<string>,
): readonly IdentityStretch[] {
  if (accountKey === null || crowded.has(accountKey)) return [];
  const lapsesMs = atMs + identityRules.lapseMs;
  const nextMs = Math.min(next?.atMs ?? lapsesMs, lapsesMs);
  const isHandedOver =
    next !== undefined && next.accountKey !== null && next.accountKey !== accountKey;
  const untilMs = isHandedOver ? atMs : nextMs;
  const fromMs = isFirst ? beginningMs : atMs;
  return untilMs > fromMs ? [{ visitorKey, personKey: accountKey, fromMs, untilMs }] : [];
}
