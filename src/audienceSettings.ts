import { withDefault } from "./defineSettings.ts";
import { integer } from "./settingKinds.ts";

/** What is made of visitors' profiles. */
export const audienceSettings = {
  audienceHoldoutPercent: withDefault(
    "AUDIENCE_HOLDOUT_PERCENT",
    integer(0, 50),
    0,
    "Share of visitors whose ads are chosen by page and place alone, to measure what profiles bring. 0 = nobody.",
  ),
} as const;
