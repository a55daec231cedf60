import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bannerSizes } from "../../src/campaigns/limits.ts";
import { parseBidRequest } from "../../src/openrtb/parseBidRequest.ts";
import { type PlacementAsk, placementAskOf } from "../../src/openrtb/placementAsk.ts";
import { placeSignalsOf } from "../../src/openrtb/placeSignals.ts";
import type { PlaceSignals } from "../../src/openrtb/types.ts";

interface GoldenRequest {
  /** The test's name, a sentence. */
  readonly description: string;
  /** The body that an exchange sends. */
  readonly request: unknown;
  readonly expected: {
    /** The breach that is named; without it the request is good. */
    readonly problem?: string;
    /** What is read, in part (a list: as long as this); null stands for undefined. */
    readonly request?: object;
    /** All that is said of places. */
    readonly places?: PlaceSignals;
    /** What may be offered, imp by imp. */
    readonly asks?: readonly PlacementAsk[];
  };
}

const folder = new URL("./openrtb/requests/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe.each(files)("%s", (file) => {
  const golden = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as GoldenRequest;
  const { problem, request = {}, places, asks } = golden.expected;

  test(golden.description, () => {
    const parsed = parseBidRequest(golden.request);
    if (!parsed.ok || problem !== undefined) {
      expect(parsed).toEqual({ ok: false, problem });
      return;
    }
    expect(asJson(parsed.request)).toMatchObject(request);
    if (places !== undefined) expect(placeSignalsOf(parsed.request)).toEqual(places);
    if (asks !== undefined)
      expect(parsed.request.imps.map((imp) => placementAskOf(imp, bannerSizes))).toEqual(asks);
  });
});

test("there are golden requests to walk", () => {
  expect(files.length).toBeGreaterThan(100);
});

function asJson(value: unknown): object {
  return JSON.parse(JSON.stringify(value, (_, it: unknown) => (it === undefined ? null : it)));
}
