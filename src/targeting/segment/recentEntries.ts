import type { CampaignView, CreativeView } from "../types.ts";

/** What answers say of a campaign, put together from its columns and its record. */
export interface Entry {
  readonly campaign: CampaignView;
  readonly creatives: readonly CreativeView[];
  readonly clickRate: number;
  readonly viewRate: number;
}

/**
 * The entries read last: a bounded memo. Every position has one slot, which it shares with others. Positions are ranks,
 * so that the campaigns that win most often stand side by side and do not drive each other out.
 */
export interface RecentEntries {
  /** 1 + the position of the entry in each slot; 0 = free. */
  readonly owners: Uint32Array;
  readonly entries: (Entry | undefined)[];
}

const mostSlots = 4_096;
/** Campaigns with long texts share a few slots, so that the memo stays small. */
const slotsOfLongTexts = 64;
const longTextBytes = 2_048;

export function createRecentEntries(segmentSize: number): RecentEntries {
  const slots = Math.min(mostSlots, segmentSize);
  return { owners: new Uint32Array(slots), entries: new Array<Entry | undefined>(slots) };
}

export function recallEntry(
  { owners, entries }: RecentEntries,
  position: number,
): Entry | undefined {
  const slot = position % owners.length;
  if (owners[slot] === position + 1) return entries[slot];
  const shared = slot % slotsOfLongTexts;
  return owners[shared] === position + 1 ? entries[shared] : undefined;
}

/** `textBytes`: how long its texts are, which decides where it may stay. */
export function rememberEntry(
  { owners, entries }: RecentEntries,
  position: number,
  entry: Entry,
  textBytes: number,
): void {
  const slot = position % owners.length;
  const at = textBytes > longTextBytes ? slot % slotsOfLongTexts : slot;
  owners[at] = position + 1;
  entries[at] = entry;
}
