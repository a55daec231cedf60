import { hash } from "node:crypto";
import { createBoundedCache } from "../../boundedCache.ts";

/** Where a feature's weight stands: 0 to 2^20 - 1. */
export type Bucket = number;

export const bucketCount = 2 ** 20;

const hexDigits = 5;

/**
 * The bucket of the feature that a text names, such as `category=vehicules/voitures`: the first 5 hex digits of the MD5 of
 * its UTF-8 bytes, which DuckDB, Postgres and Redshift compute alike: `substr(md5(name), 1, 5)`. MD5 spreads here, and
 * keeps nothing secret.
 */
export function bucketOf(name: string): Bucket {
  return Number.parseInt(hash("md5", name, "hex").slice(0, hexDigits), 16);
}

/** A bucket as tables of coefficients have it, and SQL joins by: 5 lower-case hex digits. */
export function bucketText(bucket: Bucket): string {
  return bucket.toString(16).padStart(hexDigits, "0");
}

/** The bucket of its text. Throws for anything but 5 lower-case hex digits. */
export function parseBucketText(text: string): Bucket {
  if (!/^[0-9a-f]{5}$/.test(text)) throw new Error(`A bucket is 5 hex digits, not "${text}"`);
  return Number.parseInt(text, 16);
}

/** `bucketOf` that remembers up to `maxNames` names: a hash costs several times a look-up. */
export function createBucketOf(maxNames: number): (name: string) => Bucket {
  const known = createBoundedCache<Bucket>(maxNames);
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const bucket = bucketOf(name);
    known.set(name, bucket);
    return bucket;
  };
}
