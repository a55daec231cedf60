import type { CampaignFeed, LoadedChanges, SiteRecord } from "../campaigns/campaignFeed.ts";
import type { StoredSsp } from "../campaigns/repository.ts";
import type { ServableCampaign } from "../targeting/types.ts";

export interface SnapshotMeta {
  readonly revision: string;
  readonly builtAtMs: number;
}

export interface FollowerDeps<Snapshot> {
  readonly feed: CampaignFeed;
  /** Compiles everything; may do so elsewhere and return a promise. */
  readonly buildSnapshot: (
    campaigns: readonly ServableCampaign[],
    meta: SnapshotMeta,
  ) => Snapshot | Promise<Snapshot>;
  /** A new snapshot that shares the base of the old one; may do so in several turns of the loop. */
  readonly applyChanges: (
    snapshot: Snapshot,
    changed: readonly ServableCampaign[],
    removedIds: readonly number[],
    meta: SnapshotMeta,
  ) => Snapshot | Promise<Snapshot>;
  /**
   * What can be done once the changes serve, so that the next ones are applied as fast: the same campaigns in another
   * shape, or the snapshot as it is. Default: nothing.
   */
  readonly settle?: (snapshot: Snapshot) => Snapshot | Promise<Snapshot>;
  /** Called with each new state after it has become the current one. */
  readonly onSwap: (state: FollowedState<Snapshot>) => void;
  readonly log: (message: string) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Loads and builds a new base beside the serving one, best in another thread; default: here. */
  readonly rebuildBase?: () => Promise<FollowedState<Snapshot>>;
  /** Campaigns changed since the base was built, beyond which a new base is built; default 500 or 2 % of the base. */
  readonly rebuildAfterChanges?: number;
}

type Changes = Extract<LoadedChanges, { readonly kind: "changes" }>;

/** What this node serves from: one reference, replaced as a whole. */
export interface FollowedState<Snapshot> {
  readonly snapshot: Snapshot;
  readonly sites: readonly SiteRecord[];
  readonly ssps: readonly StoredSsp[];
  readonly cursor: string;
  /** The store's state at this time (ms) or later is in the snapshot. */
  readonly confirmedAtMs: number;
  /** Campaigns that differ from the base. */
  readonly changedIds: ReadonlySet<number>;
  readonly baseSize: number;
}

export interface SnapshotFollower<Snapshot> {
  /** Null until the first load has succeeded. */
  current(): FollowedState<Snapshot> | null;
  /** Brings the state up to date. Never two at once. Throws when the store fails: then the state stays as it was. */
  step(): Promise<void>;
}

/**
 * Follows the campaign feed without timers: each `step` loads what has changed. A new base is loaded and built
 * beside the serving one, which goes on following; the next step takes it over and catches up from its cursor.
 */
export function createSnapshotFollower<Snapshot>(
  deps: FollowerDeps<Snapshot>,
): SnapshotFollower<Snapshot> {
  let state: FollowedState<Snapshot> | null = null;
  let nextBase: FollowedState<Snapshot> | null = null;
  let isRebuilding = false;

  const newBase = (): Promise<FollowedState<Snapshot>> => deps.rebuildBase?.() ?? loadBase(deps);
  const rebuild = async (): Promise<void> => {
    isRebuilding = true;
    try {
      nextBase = await newBase();
    } catch (error) {
      deps.log(`a new snapshot base could not be built: ${describe(error)}`);
    } finally {
      isRebuilding = false;
    }
  };

  return {
    current: () => state,
    async step() {
      const base = nextBase;
      const followed = await follow(deps, base ?? state ?? (await loadBase(deps)));
      if (nextBase === base) nextBase = null;
      const next = followed ?? (await newBase());
      const isNew =
        state === null ||
        next.snapshot !== state.snapshot ||
        next.sites !== state.sites ||
        next.ssps !== state.ssps;
      state = next;
      if (isNew) deps.onSwap(next);
      const isBaseComing = isRebuilding || nextBase !== null;
      if (!isBaseComing && next.changedIds.size > mostInOverlay(deps, next.baseSize))
        void rebuild();
      // Steps never run two at once: nothing is applied to the snapshot meanwhile.
      if (deps.settle !== undefined) {
        state = { ...next, snapshot: await deps.settle(next.snapshot) };
      }
    },
  };
}

/** Everything, from nothing. Rejects when the store fails. */
export async function loadBase<Snapshot>(
  deps: FollowerDeps<Snapshot>,
): Promise<FollowedState<Snapshot>> {
  const confirmedAtMs = deps.clock();
  const { campaigns, cursor } = await deps.feed.loadAll(confirmedAtMs);
  const sites = await deps.feed.loadSites();
  const ssps = await deps.feed.loadSsps();
  const meta = { revision: cursor, builtAtMs: confirmedAtMs };
  const { snapshot } = await buildSound(deps, campaigns, meta);
  const changedIds = new Set<number>();
  return { snapshot, sites, ssps, cursor, confirmedAtMs, changedIds, baseSize: campaigns.length };
}

/** The state with what has changed since; null = its cursor has expired. */
async function follow<Snapshot>(
  deps: FollowerDeps<Snapshot>,
  from: FollowedState<Snapshot>,
): Promise<FollowedState<Snapshot> | null> {
  const confirmedAtMs = deps.clock();
  const changes = await deps.feed.loadChanges(from.cursor, confirmedAtMs);
  if (changes.kind === "expired") return null;
  const { cursor } = changes;
  const sites = changes.sitesChanged ? await deps.feed.loadSites() : from.sites;
  const ssps = changes.sspsChanged ? await deps.feed.loadSsps() : from.ssps;
  if (changes.campaigns.length === 0 && changes.removedIds.length === 0) {
    return { ...from, sites, ssps, cursor, confirmedAtMs };
  }
  const isMass = changes.campaigns.length > mostInOverlay(deps, from.baseSize);
  const { campaigns, removedIds } = isMass ? whatCannotWait(changes) : changes;
  const meta = { revision: cursor, builtAtMs: confirmedAtMs };
  const snapshot = await applySound(deps, from.snapshot, { campaigns, removedIds }, meta);
  const changedIds = new Set(from.changedIds);
  for (const { campaignId } of changes.campaigns) changedIds.add(campaignId);
  for (const campaignId of removedIds) changedIds.add(campaignId);
  return { ...from, snapshot, sites, ssps, cursor, confirmedAtMs, changedIds };
}

/**
 * Builds from the campaigns that can be compiled: where one cannot, halves are built until it is found, told of and left
 * out. One broken campaign must not keep the others' changes from serving.
 */
async function buildSound<Snapshot>(
  deps: FollowerDeps<Snapshot>,
  campaigns: readonly ServableCampaign[],
  meta: SnapshotMeta,
): Promise<{ readonly snapshot: Snapshot; readonly sound: readonly ServableCampaign[] }> {
  try {
    return { snapshot: await deps.buildSnapshot(campaigns, meta), sound: campaigns };
  } catch (error) {
    const [first] = campaigns;
    if (first === undefined) throw error;
    if (campaigns.length > 1) {
      const middle = campaigns.length >> 1;
      const left = await buildSound(deps, campaigns.slice(0, middle), meta);
      const right = await buildSound(deps, campaigns.slice(middle), meta);
      const sound = [...left.sound, ...right.sound];
      // Each half is well and the whole is not: nobody in particular is to blame.
      if (sound.length === campaigns.length) throw error;
      return buildSound(deps, sound, meta);
    }
    deps.log(`campaign ${first.campaignId} is left out, it cannot be compiled: ${describe(error)}`);
    return buildSound(deps, [], meta);
  }
}

/** The same for changes: a changed campaign that cannot be compiled any more counts as removed. */
async function applySound<Snapshot>(
  deps: FollowerDeps<Snapshot>,
  snapshot: Snapshot,
  changes: {
    readonly campaigns: readonly ServableCampaign[];
    readonly removedIds: readonly number[];
  },
  meta: SnapshotMeta,
): Promise<Snapshot> {
  const { campaigns, removedIds } = changes;
  try {
    return await deps.applyChanges(snapshot, campaigns, removedIds, meta);
  } catch {
    const { sound } = await buildSound(deps, campaigns, meta);
    const changedIds = campaigns.map(({ campaignId }) => campaignId);
    return deps.applyChanges(snapshot, sound, [...removedIds, ...changedIds], meta);
  }
}

/**
 * Of thousands of changes at once, those that stop a campaign: they hide it now, at no cost. The others come with the new
 * base, seconds later: compiling them all here would stop serving.
 */
function whatCannotWait(changes: Changes): Pick<Changes, "campaigns" | "removedIds"> {
  const stopped = changes.campaigns.filter(({ status }) => status !== "active");
  const stoppedIds = stopped.map(({ campaignId }) => campaignId);
  return { campaigns: [], removedIds: [...changes.removedIds, ...stoppedIds] };
}

/** Campaigns that may differ from the base before a new one is built. */
function mostInOverlay(
  { rebuildAfterChanges }: { readonly rebuildAfterChanges?: number },
  baseSize: number,
): number {
  return rebuildAfterChanges ?? Math.max(500, baseSize * 0.02);
}

export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
