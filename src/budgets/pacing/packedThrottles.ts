/** What every node knows of a paced campaign. */
export interface CampaignThrottle {
  readonly campaignId: number;
  /** Share of opportunities to take, 0–1; null = the campaign is not paced any more. */
  readonly throttle: number | null;
  /** Of the day's money, what is planned and what is spent by now, 0–1 (a spent budget that was lowered: at most 1). */
  readonly plannedShare: number;
  readonly spentShare: number;
}

/** campaign u32, throttle f32 (NaN = not paced any more), planned u16, spent u16: shares in 65,535ths; little-endian. */
const entryBytes = 12;
const wholeShare = 65_535;
const partBytes = 4_000 * entryBytes;

/** Throttles as one block: 12 bytes a campaign. */
export function packThrottles(throttles: readonly CampaignThrottle[]): Buffer {
  const packed = Buffer.allocUnsafe(throttles.length * entryBytes);
  throttles.forEach((one, index) => {
    const at = index * entryBytes;
    packed.writeUInt32LE(one.campaignId, at);
    packed.writeFloatLE(one.throttle ?? Number.NaN, at + 4);
    packed.writeUInt16LE(toShare(one.plannedShare), at + 8);
    packed.writeUInt16LE(toShare(one.spentShare), at + 10);
  });
  return packed;
}

/** Parts of a block that a node can apply in a millisecond. */
export function splitThrottles(packed: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < packed.length; at += partBytes)
    parts.push(packed.subarray(at, at + partBytes));
  return parts;
}

/** Calls `each` with every whole entry of a block; a torn last one is left out. Shares come as they are packed. */
export function eachThrottle(
  packed: Buffer,
  each: (campaignId: number, throttle: number | null, shares: number) => void,
): void {
  for (let at = 0; at + entryBytes <= packed.length; at += entryBytes) {
    const throttle = packed.readFloatLE(at + 4);
    const isPaced = throttle >= 0 && throttle <= 1;
    each(packed.readUInt32LE(at), isPaced ? throttle : null, packed.readUInt32LE(at + 8));
  }
}

/** The two shares that {@link eachThrottle} gives as one number. */
export function sharesOf(shares: number): {
  readonly plannedShare: number;
  readonly spentShare: number;
} {
  return {
    plannedShare: (shares & 0xffff) / wholeShare,
    spentShare: (shares >>> 16) / wholeShare,
  };
}

function toShare(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * wholeShare);
}
