import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { expectSound } from "../../support/openrtb/expectSound.ts";
import { goldenBodies } from "../../support/openrtb/goldenRequests.ts";
import { fuzzParsing } from "./parseFuzz.ts";

test("whatever happens to a request on its way, it is read soundly or its breach is named", () => {
  const { good, slowestMs } = fuzzParsing(5_000, 20_260_612);
  // Both ends are met: mutations that are harmless, and mutations that are not.
  expect(good).toBeGreaterThan(1_000);
  expect(good).toBeLessThan(4_800);
  expect(slowestMs).toBeLessThan(250);
});

test("any JSON at all is read or refused", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (body) => {
      const parsed = parseBidRequest(body);
      if (parsed.ok) expectSound(parsed.request);
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

test("any JSON in the place of any field is read or refused", () => {
  const bodies = goldenBodies.slice(0, 40);
  fc.assert(
    fc.property(
      fc.constantFrom(...bodies),
      fc.constantFrom(..."imp site app device user regs source cur badv tmax at".split(" ")),
      fc.jsonValue({ maxDepth: 4 }),
      (body, field, value) => {
        const parsed = parseBidRequest({ ...JSON.parse(body), [field]: value });
        if (parsed.ok) expectSound(parsed.request);
      },
    ),
    { numRuns: 2_000, seed: 8 },
  );
});

test("reading does not depend on the order of fields, and reads the same twice", () => {
  for (const body of goldenBodies) {
    const request = JSON.parse(body);
    const turned = Object.fromEntries(Object.entries(request).reverse());
    expect(parseBidRequest(turned)).toEqual(parseBidRequest(request));
    expect(JSON.stringify(request)).toBe(body);
  }
});

test("an enormous request takes little time and gives little back", () => {
  const banner = { format: Array.from({ length: 5_000 }, (_, i) => ({ w: i + 1, h: i + 1 })) };
  const request = {
    id: "r",
    imp: Array.from({ length: 5_000 }, (_, i) => ({ id: `${i}`, banner })),
    badv: Array.from({ length: 60_000 }, (_, i) => `a${i}.example`),
    user: {
      eids: Array.from({ length: 9_000 }, (_, i) => ({ source: `s${i}`, uids: [{ id: i }] })),
    },
    site: { keywords: "mot,".repeat(50_000), page: "x".repeat(1_000_000) },
  };
  const startedAtMs = performance.now();
  const parsed = parseBidRequest(request);
  expect(performance.now() - startedAtMs).toBeLessThan(500);
  expect(parsed).toMatchObject({ ok: true, request: { impsOffered: 5_000, blockListsCut: true } });
  if (parsed.ok) expectSound(parsed.request);
  expect(JSON.stringify(parsed).length).toBeLessThan(400_000);
});

test("any JSON in the place of any field of a native ask is read or refused", () => {
  const hostile = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom({ toString: 1 }, { toString: 1, valueOf: 2 }, [{ toString: null }], []),
  );
  const assets = [{ id: 1, required: 1, title: { len: 45 } }];
  const fields = "ver assets eventtrackers context plcmttype plcmtcnt privacy aurlsupport native";
  fc.assert(
    fc.property(fc.constantFrom(...fields.split(" ")), hostile, (field, value) => {
      const request = JSON.stringify({ ver: "1.2", assets, [field]: value });
      const parsed = parseBidRequest({ id: "r", imp: [{ id: "1", native: { request } }] });
      if (parsed.ok) expectSound(parsed.request);
    }),
    { numRuns: 1_000, seed: 9 },
  );
});
