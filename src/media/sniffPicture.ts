/** The formats that may be uploaded. */
export const uploadFormats = ["png", "jpeg", "webp", "gif", "avif"] as const;
export type UploadFormat = (typeof uploadFormats)[number];

/**
 * What a file is by its first bytes; a name or a declared type says nothing. Null for everything else: SVG, which is a
 * program, HEIC, TIFF, PDF, archives, text. Pure; reads at most 64 bytes.
 */
export function sniffPicture(bytes: Uint8Array): UploadFormat | null {
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpeg";
  if (textAt(bytes, 0, 6) === "GIF87a" || textAt(bytes, 0, 6) === "GIF89a") return "gif";
  if (textAt(bytes, 0, 4) === "RIFF" && textAt(bytes, 8, 4) === "WEBP") return "webp";
  return isAvif(bytes) ? "avif" : null;
}

/** An ISO media file (ISO/IEC 14496-12) whose brands, the major one or a compatible one, name AVIF. */
function isAvif(bytes: Uint8Array): boolean {
  if (textAt(bytes, 4, 4) !== "ftyp") return false;
  for (let at = 8; at + 4 <= Math.min(bytes.length, boxBytes(bytes), 64); at += 4) {
    const brand = textAt(bytes, at, 4);
    if (brand === "avif" || brand === "avis") return true;
  }
  return false;
}

function boxBytes(bytes: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((value, index) => bytes[index] === value);
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
