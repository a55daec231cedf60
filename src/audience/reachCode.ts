/** Registers of the sketches in which people are counted: 2^14, a standard error of 0.8 %. */
export const reachRegisterBits = 14;
const rankedBits = 34;

/**
 * Where a visitor falls in a HyperLogLog: register × 64 + rank, 20 bits of which two thirds are the same for hundreds of
 * people. It counts; it does not recognise. The key is a keyed hash in base64url (see `createVisitorKeyOf`), uniform as it is:
 * 48 of its bits are read. -1 for a key that is too short to be one.
 */
export function reachCodeOf(visitorKey: string): number {
  const bits = Buffer.from(visitorKey.slice(0, 8), "base64url");
  if (bits.length < 6) return -1;
  const register = bits.readUInt16BE(0) >>> 2;
  // The next 34 bits: how many zeros lead, plus one.
  const rest = (bits.readUInt16BE(0) & 3) * 2 ** 32 + bits.readUInt32BE(2);
  const rank = rest === 0 ? rankedBits + 1 : rankedBits - Math.floor(Math.log2(rest));
  return register * 64 + rank;
}
