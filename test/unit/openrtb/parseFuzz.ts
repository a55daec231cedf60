import { expect } from "vitest";
import { bannerSizes } from "../../../src/campaigns/limits.ts";
import { createRandom } from "../../../src/demo/random.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { placementAskOf } from "../../../src/openrtb/placementAsk.ts";
import { placeSignalsOf } from "../../../src/openrtb/placeSignals.ts";
import { expectSound } from "../../support/openrtb/expectSound.ts";
import { goldenBodies } from "../../support/openrtb/goldenRequests.ts";
import { mutateRequest } from "../../support/openrtb/mutateRequest.ts";

/** Parses `count` mutated requests, and asserts of each what holds for any body. Gives how many were still good. */
export function fuzzParsing(count: number, seed: number): { good: number; slowestMs: number } {
  const random = createRandom(seed);
  let good = 0;
  let slowestMs = 0;
  for (let i = 0; i < count; i++) {
    const body = goldenBodies[i % goldenBodies.length] as string;
    const mutated = mutateRequest(body, random);
    const startedAtMs = performance.now();
    const parsed = parseBidRequest(mutated);
    slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
    if (!parsed.ok) {
      expect(parsed.problem).toMatch(/^[\w.[\]]+ .+|^the body/);
      continue;
    }
    good++;
    expectSound(parsed.request);
    placeSignalsOf(parsed.request);
    for (const imp of parsed.request.imps) placementAskOf(imp, bannerSizes);
  }
  return { good, slowestMs };
}
