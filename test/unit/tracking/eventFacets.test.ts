import fc from "fast-check";
import { cellToParent, latLngToCell } from "h3-js";
import { describe, expect, it } from "vitest";
import { encodeAreaKey } from "../../../src/geo/areaKeys.ts";
import { createLocator } from "../../../src/geo/locate.ts";
import type { VisitorPlace } from "../../../src/geo/types.ts";
import {
  categoryCode,
  decodeFacets,
  encodeFacets,
  facetCell,
  facetsOf,
} from "../../../src/serving/eventFacets.ts";
import { decodeOutboxEntry, encodeLedgerEvent } from "../../../src/serving/ledgerRow.ts";
import type { TrackingClaims } from "../../../src/serving/ports.ts";
import {
  signTrackingToken,
  trackingKeyFrom,
  verifyTrackingToken,
} from "../../../src/serving/trackingToken.ts";
import { readPlaces } from "../../../src/stores/files/places.ts";
import { buildRequest } from "../../support/requestBuilder.ts";

const key = trackingKeyFrom(Buffer.from("a secret that is long enough"));
const claims: TrackingClaims = {
  decisionId: "0b2e6c1e-5f0a-4b8e-9d59-0d9c8f6f1a11",
  slot: 0,
  campaignId: 12,
  creativeId: 99,
  advertiserId: 7,
  placementId: "top",
  pricing: "cpm",
  priceMicros: 5_000,
  holdId: null,
  budgetDay: "2026-06-01",
  issuedAtMs: 1_780_000_000_000,
  expiresAtMs: 1_780_000_600_000,
  test: false,
  mayMeasure: true,
  pageViewKey: null,
};
const anyFacets = fc.record({
  device: fc.integer({ min: 0, max: 5 }),
  category: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  area: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  cell: fc.integer({ min: -1, max: 2 ** 28 - 1 }),
  reach: fc.integer({ min: -1, max: 2 ** 20 - 1 }),
});
/** Tokens and outboxes of older servers know no distance. */
const anySeen = fc.oneof(
  anyFacets,
  fc
    .tuple(anyFacets, fc.integer({ min: 1, max: 6 }))
    .map(([facets, distance]) => ({ ...facets, distance })),
);

describe("What reports ask about an ad", () => {
  it("travels in its token and in the outbox, and tokens without it are still read", () => {
    fc.assert(
      fc.property(anySeen, fc.option(fc.string({ maxLength: 22 })), (facets, pageViewKey) => {
        const all = { ...claims, pageViewKey, facets };
        const token = signTrackingToken(all, key);
        expect(verifyTrackingToken(token, [key], claims.issuedAtMs)).toEqual({
          ok: true,
          claims: all,
        });
        expect(token.length).toBeLessThan(180);
        const event = encodeLedgerEvent("impression", all, claims.issuedAtMs);
        const row = decodeOutboxEntry({ event, day: "2026-06-01", micros: "5000", reason: "" });
        expect(row?.facets).toEqual(facets);
        expect(decodeFacets(encodeFacets(facets))).toEqual(facets);
      }),
    );
    const plain = verifyTrackingToken(signTrackingToken(claims, key), [key], claims.issuedAtMs);
    expect(plain).toEqual({ ok: true, claims });
  });

  it("is never a reason to lose a charge: what cannot be read of it is left out", () => {
    const event = JSON.parse(encodeLedgerEvent("click", claims, claims.issuedAtMs));
    for (const junk of [
      [1, 2, 3, 4],
      [9, 0, 0, -1, -1],
      "x",
      { device: 1 },
      [0, 0, 0, 0, 2 ** 20],
      [0, 0, 0, 0, 0, 7],
      [0, 0, 0, 0, 0, 0],
    ]) {
      const told = JSON.stringify([...event, null, null, junk]);
      const row = decodeOutboxEntry({ event: told, day: "2026-06-01", micros: "5000", reason: "" });
      expect(row).toMatchObject({ kind: "click", amountMicros: 5_000 });
      expect(row).not.toHaveProperty("facets");
    }
  });

  it("knows a commune and a cell of five square kilometres, and no more where less is known", () => {
    const locator = createLocator(readPlaces());
    const at = (place: VisitorPlace | null) =>
      facetsOf(buildRequest({ places: place === null ? [] : [place], deviceType: "tablet" }), null);
    const point = { lat: 45.8315, lon: 1.2578 };
    const near = at(locator.locateDevice(point, true));
    const cell = latLngToCell(point.lat, point.lon, 10);
    expect(facetCell(near.cell)).toBe(cellToParent(cell, 7));
    expect(near).toMatchObject({ device: 2, area: encodeAreaKey("commune", "87085"), reach: -1 });
    const named = at(locator.locateSearch({ inseeCode: "87085" }));
    expect(named.area).toBe(encodeAreaKey("commune", "87085"));
    const wide = at(locator.locateSearch({ departement: "87" }));
    expect(wide).toMatchObject({ area: encodeAreaKey("departement", "87"), cell: -1 });
    const vague = at(locator.locateIp({ ...point, accuracyMeters: 60_000 }));
    expect(vague.cell).toBe(-1);
    expect(facetsOf({ ...buildRequest(), places: [] }, null)).toMatchObject({ area: 0, cell: -1 });
  });

  it("counts a person only with a stable id and the right to measure", () => {
    const visitorKey = "AAAAAAAAAAAAAAAAAAAAAA";
    const request = buildRequest();
    const asked = (hasStableVisitor: boolean, mayMeasure: boolean) =>
      facetsOf(
        { ...request, hasStableVisitor, consent: { ...request.consent, mayMeasure } },
        visitorKey,
      );
    expect(asked(true, true).reach).toBe(35);
    for (const [stable, may] of [
      [false, true],
      [true, false],
      [false, false],
    ] as const)
      expect(asked(stable, may).reach).toBe(-1);
    expect([categoryCode(null), categoryCode("maison") === categoryCode("auto")]).toEqual([
      0,
      false,
    ]);
  });
});
