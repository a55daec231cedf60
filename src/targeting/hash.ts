/** FNV-1a over the UTF-16 units of a text: a 32-bit unsigned integer, the same on every machine. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** The same as a signed integer, which sets hold without a box of its own: for lists that are looked up. */
export function listedHash(text: string): number {
  return hashText(text) | 0;
}

/** Mixes a seed and an id into 32 well spread bits (the finaliser of MurmurHash3). */
export function mixHash(seed: number, id: number): number {
  let hash = (seed ^ Math.imul(id, 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A stable chance in [0, 1) for a seed and an id: what pacing compares with a throttle. */
export function stableChance(seed: number, id: number): number {
  return mixHash(seed, id) / 0x1_0000_0000;
}
