import { expect, it } from "vitest";
import { consentBits, isWithdrawal, purposesOfBits } from "../../../src/consent/consentBits.ts";

const nothing = {
  mayStore: false,
  mayPersonalise: false,
  mayUsePlace: false,
  mayUsePrecisePlace: false,
  mayMeasure: false,
};

it("each purpose is a bit of its own, and is read back from it", () => {
  expect(consentBits(nothing)).toBe(0);
  const alone = Object.keys(nothing).map((name) => consentBits({ ...nothing, [name]: true }));
  expect(alone).toEqual([1, 2, 4, 8, 16]);
  expect(purposesOfBits(1 + 4 + 16)).toEqual(["store", "place", "measure"]);
});

it("a choice that refuses or has run out withdraws; silence and junk do not", () => {
  const bases = ["tc_string", "vendor_refused", "expired", "missing", "malformed"] as const;
  const withdraws = bases.filter((basis) => isWithdrawal({ mayStore: false, basis }));
  expect(withdraws).toEqual(["tc_string", "vendor_refused", "expired"]);
  expect(isWithdrawal({ mayStore: true, basis: "tc_string" })).toBe(false);
});
