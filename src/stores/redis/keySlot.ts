const slotCount = 16_384;
const polynomial = 0x1021;

/** CRC-16/XMODEM of each byte. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : polynomial);
  return crc;
});

/**
 * What decides the slot of a key: what stands between its first "{" and the "}" after it, where that is not empty; else all
 * of it. Source: the specification of Redis Cluster.
 */
export function hashTagOf(key: string): string {
  const opens = key.indexOf("{");
  const closes = opens === -1 ? -1 : key.indexOf("}", opens + 1);
  return closes > opens + 1 ? key.slice(opens + 1, closes) : key;
}

/** The slot of a cluster (0 to 16,383) in which a key lies. */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashTagOf(key)))
    crc = ((crc << 8) & 0xffff) ^ (table[((crc >> 8) ^ byte) & 0xff] ?? 0);
  return crc % slotCount;
}
