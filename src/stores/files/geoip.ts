import { open } from "maxmind";
import type { PointSignal } from "../../geo/locate.ts";

interface CityRecord {
  readonly location?: {
    readonly latitude?: number;
    readonly longitude?: number;
    /** Kilometres. */
    readonly accuracy_radius?: number;
  };
}

/** What databases promise when they give no radius: for mobile addresses the median error is four times that. */
const unknownAccuracyMeters = 50_000;

/**
 * Opens an operator's city database (MaxMind format, `.mmdb`) and gives the look-up of an address: a point with its
 * accuracy, or null for an address that it does not know. Follows the file when it is replaced. Rejects when the file
 * cannot be read.
 */
export async function openAddressTable(
  file: string,
): Promise<(address: string) => PointSignal | null> {
  const reader = await open(file, { watchForUpdates: true, watchForUpdatesNonPersistent: true });
  return (address) => {
    const { latitude, longitude, accuracy_radius } = cityOf(reader, address)?.location ?? {};
    if (latitude === undefined || longitude === undefined) return null;
    const accuracyMeters =
      accuracy_radius === undefined ? unknownAccuracyMeters : accuracy_radius * 1_000;
    return { lat: latitude, lon: longitude, accuracyMeters };
  };
}

function cityOf(reader: Awaited<ReturnType<typeof open>>, address: string): CityRecord | null {
  try {
    return reader.get(address) as CityRecord | null;
  } catch {
    // An address that is none, or of a family that the table does not hold.
    return null;
  }
}
