import { findPosition, type OlderSegment, type Segment } from "./segment.ts";

/** Bit p = a segment's campaign at position p has been changed or removed by a later one. */
export function noneHidden({ size }: Segment): Uint8Array {
  return new Uint8Array((size + 7) >> 3);
}

/** True when a segment's campaign at `position` has been changed or removed since. */
export function isHidden(hidden: Uint8Array, position: number): boolean {
  return (hidden[position >> 3]! & (1 << (position & 7))) !== 0;
}

/** Hides campaigns besides those that are hidden; unknown ids are ignored. */
export function hide(
  { segment, hidden: before, hiddenCount: countBefore }: OlderSegment,
  campaignIds: readonly number[],
): OlderSegment {
  const hidden = before.slice();
  let hiddenCount = countBefore;
  for (const campaignId of campaignIds) {
    const position = findPosition(segment, campaignId);
    if (position < 0 || isHidden(hidden, position)) continue;
    hidden[position >> 3]! |= 1 << (position & 7);
    hiddenCount++;
  }
  return { segment, hidden, hiddenCount };
}
