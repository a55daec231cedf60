import { createBoundedCache } from "../boundedCache.ts";
import { type AttributionWindows, defaultAttributionWindows } from "../budgets/attribution.ts";

export interface ConversionWindowsDeps {
  /** Null = the advertiser has settled nothing. */
  readonly read: (advertiserId: number) => Promise<AttributionWindows | null>;
  /** A clock that never runs backwards, ms. */
  readonly monotonicMs: () => number;
}

/** A change of a shop's windows counts on every node after so long. */
const rememberMs = 30_000;
const rememberedAdvertisers = 10_000;

/**
 * Gives the function that finds the windows of an advertiser, remembered for 30 s. While the store is away what was last
 * known goes on; it rejects for an advertiser that was never asked about.
 */
export function createFindWindows(
  deps: ConversionWindowsDeps,
): (advertiserId: number) => Promise<AttributionWindows> {
  const known = createBoundedCache<{
    readonly windows: AttributionWindows;
    readonly atMs: number;
  }>(rememberedAdvertisers);
  return async (advertiserId) => {
    const key = String(advertiserId);
    const remembered = known.get(key);
    const nowMs = deps.monotonicMs();
    if (remembered !== undefined && nowMs - remembered.atMs < rememberMs) return remembered.windows;
    try {
      const windows = (await deps.read(advertiserId)) ?? defaultAttributionWindows;
      known.set(key, { windows, atMs: nowMs });
      return windows;
    } catch (error) {
      if (remembered === undefined) throw error;
      return remembered.windows;
    }
  };
}
