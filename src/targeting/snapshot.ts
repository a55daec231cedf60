import { readEntry } from "./segment/entries.ts";
import { advertiserIdAt } from "./segment/heads.ts";
import { hide, isHidden, noneHidden } from "./segment/hidden.ts";
import {
  buildSegment,
  compileSegment,
  findPosition,
  type Neighbours,
  type OlderSegment,
  type Segment,
} from "./segment/segment.ts";
import type { Sliced } from "./segment/sliced.ts";
import { knownTrades } from "./segment/tradeGroups.ts";
import type { CampaignView, CreativeView, ServableCampaign } from "./types.ts";

/**
 * An immutable picture of all that may serve: a large base, and what has changed since in two levels. The latest changes are
 * the overlay, so small that it is compiled anew with each of them; it lies upon earlier changes (`overlay.older`), into
 * which it is folded from time to time (`foldChanges`). What a later level changes or removes is hidden in the earlier
 * ones by a bit. Hold one reference for a whole request.
 */
export interface Snapshot extends SnapshotMeta {
  readonly base: Segment;
  readonly overlay: Segment;
  /** Bit p = the base's campaign at position p is hidden. */
  readonly hidden: Uint8Array;
  readonly hiddenCount: number;
  /** All campaigns that are not served from the base: what both levels were compiled from. */
  readonly overlayCampaigns: ReadonlyMap<number, ServableCampaign>;
  /** Those of them that the overlay itself was compiled from. */
  readonly freshCampaigns: ReadonlyMap<number, ServableCampaign>;
}

export interface SnapshotMeta {
  /** Whatever the store orders its changes by; compared by nobody here. */
  readonly revision: string;
  readonly builtAtMs: number;
}

/** Compiles all campaigns from nothing: 100,000 in about two seconds. Of two with one id, the later counts. */
export function buildSnapshot(
  campaigns: readonly ServableCampaign[],
  meta: SnapshotMeta,
): Snapshot {
  const byId = new Map<number, ServableCampaign>();
  for (const campaign of campaigns) byId.set(campaign.campaignId, campaign);
  const base = buildSegment(byId.size === campaigns.length ? campaigns : [...byId.values()]);
  return {
    revision: meta.revision,
    builtAtMs: meta.builtAtMs,
    base,
    overlay: buildSegment([], besides(base, null)),
    hidden: noneHidden(base),
    hiddenCount: 0,
    overlayCampaigns: new Map(),
    freshCampaigns: new Map(),
  };
}

/** Latest changes beyond which `foldChanges` is due, so that one more stays cheap. */
export const mostFreshCampaigns = 128;

/**
 * A new snapshot with some campaigns added, changed or removed; it shares the base and the earlier changes. Costs about
 * 10 µs per campaign among the latest changes and these, and some microseconds for every hundred that differ from the base:
 * fold when `freshSize` is above `mostFreshCampaigns`, rebuild the base when `overlaySize` is above some hundredths of it.
 * A removed id that is also among the changed counts as changed; unknown removed ids are ignored.
 */
export function applyChanges(
  snapshot: Snapshot,
  changed: readonly ServableCampaign[],
  removedIds: readonly number[],
  meta: SnapshotMeta,
): Snapshot {
  const { base, hidden, hiddenCount, overlay, overlayCampaigns } = snapshot;
  const ids = [...removedIds, ...changed.map(({ campaignId }) => campaignId)];
  const freshCampaigns = changedMap(snapshot.freshCampaigns, changed, removedIds);
  const older = overlay.older === null ? null : hide(overlay.older, ids);
  return {
    revision: meta.revision,
    builtAtMs: meta.builtAtMs,
    base,
    ...bitsOf(hide({ segment: base, hidden, hiddenCount }, ids)),
    overlay: buildSegment([...freshCampaigns.values()], besides(base, older)),
    overlayCampaigns: changedMap(overlayCampaigns, changed, removedIds),
    freshCampaigns,
  };
}

/**
 * The same, and all changes are folded into the earlier ones: for many at once, or (without any) when the latest have become
 * too many. Costs some 10 µs for every campaign that differs from the base, in slices of about a millisecond.
 */
export function* foldChanges(
  snapshot: Snapshot,
  changed: readonly ServableCampaign[],
  removedIds: readonly number[],
  meta: SnapshotMeta,
): Sliced<Snapshot> {
  const { base, hidden, hiddenCount } = snapshot;
  const ids = [...removedIds, ...changed.map(({ campaignId }) => campaignId)];
  const overlayCampaigns = changedMap(snapshot.overlayCampaigns, changed, removedIds);
  yield;
  const segment = yield* compileSegment([...overlayCampaigns.values()], besides(base, null));
  const older = { segment, hidden: noneHidden(segment), hiddenCount: 0 };
  return {
    revision: meta.revision,
    builtAtMs: meta.builtAtMs,
    base,
    ...bitsOf(hide({ segment: base, hidden, hiddenCount }, ids)),
    overlay: buildSegment([], besides(base, segment.size === 0 ? null : older)),
    overlayCampaigns,
    freshCampaigns: new Map(),
  };
}

function besides(base: Segment, older: OlderSegment | null): Neighbours {
  return { trades: knownTrades(older === null ? [base] : [base, older.segment]), older };
}

function bitsOf({ hidden, hiddenCount }: OlderSegment): Pick<Snapshot, "hidden" | "hiddenCount"> {
  return { hidden, hiddenCount };
}

function changedMap(
  campaigns: ReadonlyMap<number, ServableCampaign>,
  changed: readonly ServableCampaign[],
  removedIds: readonly number[],
): Map<number, ServableCampaign> {
  const next = new Map(campaigns);
  for (const campaignId of removedIds) next.delete(campaignId);
  for (const campaign of changed) next.set(campaign.campaignId, campaign);
  return next;
}

/** How much has changed since the base was built: campaigns beside it and hidden ones of it. */
export function overlaySize(snapshot: Snapshot): number {
  return Math.max(snapshot.overlayCampaigns.size, snapshot.hiddenCount);
}

/** How many campaigns are compiled again with each change. */
export function freshSize(snapshot: Snapshot): number {
  return snapshot.freshCampaigns.size;
}

export function campaignCount(snapshot: Snapshot): number {
  return snapshot.base.size - snapshot.hiddenCount + snapshot.overlayCampaigns.size;
}

/** A segment as it serves. */
export interface Layer {
  readonly segment: Segment;
  /** Bits of the campaigns that a later layer has changed or removed; null = none. */
  readonly hidden: Uint8Array | null;
}

/** Everything that serves, in the order of `Stream.number`. */
export function layersOf({ base, hidden, hiddenCount, overlay }: Snapshot): readonly Layer[] {
  const layers = [
    { segment: base, hidden: hiddenCount === 0 ? null : hidden },
    { segment: overlay, hidden: null },
  ];
  if (overlay.older === null) return layers;
  return [...layers, { segment: overlay.older.segment, hidden: overlay.older.hidden }];
}

export interface Located {
  readonly segment: Segment;
  readonly position: number;
}

export function locateCampaign(snapshot: Snapshot, campaignId: number): Located | null {
  const { overlay, base, hidden } = snapshot;
  return (
    locateIn(overlay, null, campaignId) ??
    (overlay.older === null
      ? null
      : locateIn(overlay.older.segment, overlay.older.hidden, campaignId)) ??
    locateIn(base, hidden, campaignId)
  );
}

function locateIn(segment: Segment, hidden: Uint8Array | null, campaignId: number): Located | null {
  const position = findPosition(segment, campaignId);
  if (position < 0 || (hidden !== null && isHidden(hidden, position))) return null;
  return { segment, position };
}

/** Whose campaign this is, whatever its status; null when the snapshot has none. Reads no text. */
export function advertiserIdOf(snapshot: Snapshot, campaignId: number): number | null {
  const located = locateCampaign(snapshot, campaignId);
  return located === null ? null : advertiserIdAt(located.segment.heads, located.position);
}

/** Whether any campaign has a cap over all of its advertiser's; one that has lost it a moment ago may still count. */
export function isAdvertiserCapped({ base, overlay }: Snapshot, advertiserId: number): boolean {
  const isCappedIn = ({ caps }: Segment) => caps.advertiserIds.has(advertiserId);
  return (
    isCappedIn(base) ||
    isCappedIn(overlay) ||
    (overlay.older !== null && isCappedIn(overlay.older.segment))
  );
}

/** A campaign of any status by its id, or null when the snapshot has none. */
export function findCampaign(snapshot: Snapshot, campaignId: number): CampaignView | null {
  const located = locateCampaign(snapshot, campaignId);
  return located === null ? null : readEntry(located.segment, located.position).campaign;
}

/** Where a click on a creative leads, and what its address is filled in with. */
export interface Landing {
  readonly landingUrl: string;
  readonly campaignName?: string;
  /** Whether utm parameters are added; absent = they are not. */
  readonly utmTagging?: boolean;
}

/** The landing of a creative of a campaign of any status, or null. */
export function findLanding(
  snapshot: Snapshot,
  campaignId: number,
  creativeId: number,
): Landing | null {
  const located = locateCampaign(snapshot, campaignId);
  const creative = findCreative(snapshot, campaignId, creativeId);
  if (located === null || creative === null) return null;
  const { name, utmTagging = true } = readEntry(located.segment, located.position).campaign;
  return { landingUrl: creative.landingUrl, campaignName: name, utmTagging };
}

/** A creative of a campaign of any status (a click may come after a pause), or null. */
export function findCreative(
  snapshot: Snapshot,
  campaignId: number,
  creativeId: number,
): CreativeView | null {
  const located = locateCampaign(snapshot, campaignId);
  if (located === null) return null;
  const { creatives } = readEntry(located.segment, located.position);
  return creatives.find((creative) => creative.creativeId === creativeId) ?? null;
}
