import { test } from "vitest";
import { expectEqualTotals } from "./wrongClock.ts";

test("a node whose clock is an hour ahead charges what it shows, once, at the common time", () =>
  expectEqualTotals(3_600_000));
