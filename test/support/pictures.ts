import sharp from "sharp";

/** A photograph as telephones make them: lying on its side, and telling where it was taken. */
export async function photo(width = 1_600, height = 1_200): Promise<Buffer> {
  const drawn = sharp({ create: { width, height, channels: 3, background: "#7aa05c" } });
  const spot = { create: { width: 200, height: 200, channels: 3 as const, background: "#c00" } };
  const red = await sharp(spot).png().toBuffer();
  return drawn
    .composite([{ input: red, left: 20, top: 20 }])
    .withExif({ IFD0: { Artist: "Jean Dupont" }, IFD3: { GPSLatitude: "45/1 49/1 0/1" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

/** The same without anything remarkable. */
export const plainPicture = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: "#456" } })
    .png()
    .toBuffer();

/** A PNG of a few bytes whose header promises more pixels than any memory holds. */
export async function bomb(width = 60_000, height = 60_000): Promise<Buffer> {
  const small = await plainPicture(700, 400);
  const bytes = Buffer.from(small);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  // The header's checksum is right: only its dimensions lie.
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
