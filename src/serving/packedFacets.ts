import type { EventFacets } from "./eventFacets.ts";

/** distance u3 × 8 + device u3; category i32; area u32; cell i32; reach u24 (all ones = none). */
export const packedFacetsBytes = 16;
const deviceNumbers = 8;
const noReach = 0xffffff;

/** Writes facets into `bytes` at `at`: {@link packedFacetsBytes} bytes. */
export function packFacets(facets: EventFacets, bytes: Buffer, at: number): void {
  bytes[at] = facets.device + deviceNumbers * (facets.distance ?? 0);
  bytes.writeInt32LE(facets.category, at + 1);
  bytes.writeUInt32LE(facets.area, at + 5);
  bytes.writeInt32LE(facets.cell, at + 9);
  bytes.writeUIntLE(facets.reach < 0 ? noReach : facets.reach, at + 13, 3);
}

/** Reads what `packFacets` wrote, of a token that is known to be ours. */
export function unpackFacets(bytes: Buffer, at: number): EventFacets {
  const reach = bytes.readUIntLE(at + 13, 3);
  const first = bytes[at] ?? 0;
  const distance = first >>> 3;
  return {
    device: first % deviceNumbers,
    category: bytes.readInt32LE(at + 1),
    area: bytes.readUInt32LE(at + 5),
    cell: bytes.readInt32LE(at + 9),
    reach: reach === noReach ? -1 : reach,
    ...(distance === 0 ? {} : { distance }),
  };
}
