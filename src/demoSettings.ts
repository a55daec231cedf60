import { withDefault } from "./defineSettings.ts";
import { integer } from "./settingKinds.ts";

/** What only `npm start` looks at. */
export const demoSettings = {
  demoTraffic: withDefault(
    "DEMO_TRAFFIC",
    integer(0, 50),
    0,
    "Page views a second that `npm start` plays by itself, so that its demo lives; 0 = none. Nothing else does.",
    4,
  ),
  demoPastPercent: withDefault(
    "DEMO_PAST_PERCENT",
    integer(0, 100),
    100,
    "How much of the demo's five weeks of past its first start writes: fewer events, sooner ready.",
  ),
} as const;
