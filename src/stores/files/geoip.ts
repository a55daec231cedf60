import { isIP } from "node:net";
import { open } from "maxmind";
import type { PointSignal } from "../../geo/locate.ts";
import { type FollowOptions, followFile } from "./followFile.ts";

interface CityRecord {
  readonly location?: {
    readonly latitude?: number;
    readonly longitude?: number;
    /** Kilometres. */
    readonly accuracy_radius?: number;
  };
}

export interface AddressTable {
  /** A point with its accuracy, or null for an address that the table does not know. */
  readonly locate: (address: string) => PointSignal | null;
  /** Looks at the file now and takes it over when it has changed; never rejects. */
  readonly refresh: () => Promise<void>;
  /** Stops following the file; awaits a look that is under way. Look-ups go on. */
  readonly close: () => Promise<void>;
}

type Reader = Awaited<ReturnType<typeof open>>;

/** What databases promise when they give no radius: for mobile addresses the median error is four times that. */
const unknownAccuracyMeters = 50_000;

/**
 * Opens an operator's city database (MaxMind format, `.mmdb`) and follows the file when it is replaced (see
 * {@link followFile}). Rejects when the file cannot be read now.
 */
export async function openAddressTable(
  file: string,
  options: FollowOptions,
): Promise<AddressTable> {
  const followed = await followFile(file, (path) => open(path), options);
  return {
    locate: (address) => pointOf(cityOf(followed.current(), address)),
    refresh: followed.refresh,
    close: followed.close,
  };
}

function pointOf(city: CityRecord | null): PointSignal | null {
  const { latitude, longitude, accuracy_radius } = city?.location ?? {};
  if (latitude === undefined || longitude === undefined) return null;
  const accuracyMeters =
    accuracy_radius === undefined ? unknownAccuracyMeters : accuracy_radius * 1_000;
  return { lat: latitude, lon: longitude, accuracyMeters };
}

/** The library takes any text for an address, and an IPv6 one for an IPv4 one in a table of these: we look first. */
function cityOf(reader: Reader, address: string): CityRecord | null {
  // So a socket that listens for both families writes IPv4.
  const bare = /^::ffff:(?=[\d.]+$)/i.test(address) ? address.slice("::ffff:".length) : address;
  const family = isIP(bare);
  if (family === 0 || (family === 6 && reader.metadata.ipVersion === 4)) return null;
  try {
    return reader.get(bare) as CityRecord | null;
  } catch {
    // A table that is whole in form and damaged within: no place is better than no ad.
    return null;
  }
}
