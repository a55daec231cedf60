import { test } from "vitest";
import { expectEqualTotals } from "./wrongClock.ts";

test.each([
  ["an hour ahead", 3_600_000],
  ["an hour behind", -3_600_000],
  ["a day ahead", 86_400_000],
  ["a month behind", -30 * 86_400_000],
])(
  "a node whose clock is %s charges what it shows, once, at the common time",
  (_what, offMs) => expectEqualTotals(offMs),
  60_000,
);
