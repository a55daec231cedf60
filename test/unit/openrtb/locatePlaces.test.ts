import { expect, test } from "vitest";
import type { Consent } from "../../../src/consent/types.ts";
import { locatePlaces } from "../../../src/openrtb/locatePlaces.ts";
import type { PlaceSignals } from "../../../src/openrtb/types.ts";
import { bordeaux, frenchLocator, limoges } from "../../support/geography.ts";

const all: Consent = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: true,
  mayMeasure: true,
  basis: "tc_string",
};
const nothing: PlaceSignals = { device: [], home: [], ip: [], address: null };
const told = { ...limoges, accuracyMeters: 20 };

function placesOf(signals: Partial<PlaceSignals>, consent: Consent = all) {
  const locateAddress = (address: string) => (address === "203.0.113.0" ? bordeaux : null);
  return locatePlaces({ ...nothing, ...signals }, consent, frenchLocator, locateAddress).map(
    ({ source, accuracyMeters, label }) => `${source} ${label} ${accuracyMeters}`,
  );
}

test("the device goes before the home, and the address is not asked when either is known", () => {
  const signals = { device: [told], home: [{ postalCode: "87100" }], address: "203.0.113.0" };
  expect(placesOf(signals)).toEqual(["device Limoges 80", expect.stringMatching(/^home /)]);
});

test("without the opt-in for precise places, a position is no finer than a coarse cell", () => {
  expect(placesOf({ device: [told] }, { ...all, mayUsePrecisePlace: false })).toEqual([
    "device Limoges 1500",
  ]);
});

test("without the right to use places there are none, whatever the exchange says", () => {
  const signals = { device: [told], home: [{ postalCode: "87000" }], address: "203.0.113.0" };
  expect(placesOf(signals, { ...all, mayUsePlace: false })).toEqual([]);
});

test("where the finest signal is unknown the next one counts", () => {
  expect(placesOf({ ip: [{ postalCode: "99999" }, { departement: "87" }] })).toEqual([
    expect.stringMatching(/^ip Haute-Vienne /),
  ]);
});

test("the address is the last resort", () => {
  expect(placesOf({ ip: [{ postalCode: "99999" }], address: "203.0.113.0" })).toEqual([
    expect.stringMatching(/^ip .* 50000$/),
  ]);
  expect(placesOf({ address: "198.51.100.0" })).toEqual([]);
});
