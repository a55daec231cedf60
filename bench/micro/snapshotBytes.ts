import type { Segment } from "../../src/targeting/segment/segment.ts";
import { layersOf, type Snapshot } from "../../src/targeting/snapshot.ts";
import type { ServableCampaign } from "../../src/targeting/types.ts";

/** Bytes of a snapshot's typed arrays by part: records (texts), postings, zones, and all other columns. */
export function snapshotBytes(snapshot: Snapshot): Record<string, number> {
  const parts = { records: 0, postings: 0, zones: 0, columns: 0 };
  for (const { segment } of layersOf(snapshot)) {
    const { records, postings, zones, older: _, ...others } = segment satisfies Segment;
    parts.records += bytesIn(records);
    parts.postings += bytesIn(postings);
    parts.zones += bytesIn(zones);
    parts.columns += bytesIn(others);
  }
  return { ...parts, all: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0) };
}

/** Bytes of what the campaigns' creatives say: whatever stores them, these must be somewhere. */
export function creativeTextBytes(campaigns: readonly ServableCampaign[]): number {
  const texts = campaigns.flatMap(({ creatives }) =>
    creatives.flatMap(({ content, landingUrl }) => [landingUrl, ...Object.values(content)]),
  );
  return texts.reduce((sum: number, text) => sum + Buffer.byteLength(String(text)), 0);
}

/** Two views of one block count once. */
function bytesIn(value: unknown): number {
  const blocks = new Set<ArrayBufferLike>();
  const visit = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) blocks.add(part.buffer);
    else if (part !== null && typeof part === "object" && !(part instanceof Map))
      for (const inner of Object.values(part)) visit(inner);
  };
  visit(value);
  return [...blocks].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
