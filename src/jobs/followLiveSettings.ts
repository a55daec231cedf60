import type { LiveSettings, LiveSettingsStore } from "../campaigns/liveSettings.ts";
import { noLiveSettings } from "../campaigns/liveSettings.ts";
import { type Repeating, repeat } from "./repeat.ts";

export interface FollowLiveSettingsDeps {
  readonly read: LiveSettingsStore["read"];
  /** Told what holds from now on, when that has changed. */
  readonly apply: (settings: LiveSettings) => void;
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
}

const lookEveryMs = 1_000;

/**
 * Asks once a second what operators have changed. While the store is away the last answer holds, until it ends by itself. `look`
 * asks once, and never rejects.
 */
export function createFollowLiveSettings(deps: FollowLiveSettingsDeps): {
  readonly look: () => Promise<void>;
  readonly start: () => Repeating;
} {
  let known = { settings: noLiveSettings, endsAtMs: Number.POSITIVE_INFINITY };
  let applied = noLiveSettings;
  const look = async (): Promise<void> => {
    const found = await deps.read().catch(() => "away" as const);
    const nowMs = deps.monotonicMs();
    if (found === null) known = { settings: noLiveSettings, endsAtMs: Number.POSITIVE_INFINITY };
    else if (found !== "away") known = { settings: found.settings, endsAtMs: nowMs + found.leftMs };
    const settings = nowMs < known.endsAtMs ? known.settings : noLiveSettings;
    if (isSame(settings, applied)) return;
    applied = settings;
    deps.apply(settings);
  };
  return { look, start: () => repeat(look, lookEveryMs, () => undefined) };
}

const isSame = (one: LiveSettings, other: LiveSettings): boolean =>
  one.logLevel === other.logLevel && one.shedding === other.shedding;
