import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Bid } from "../../src/openrtb/bidTypes.ts";
import { rates } from "../support/openrtb/bidSamples.ts";
import { answerGolden, type GoldenAnswer } from "../support/openrtb/goldenAnswer.ts";
import { validateBidResponse } from "../support/openrtb/validateBidResponse.ts";

const folder = new URL("./openrtb/responses/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe.each(files)("%s", (file) => {
  const golden = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as GoldenAnswer;
  const { expected } = golden;

  test(golden.description, () => {
    const { request, built, unpriced } = answerGolden(golden);
    const { answer, refused } = built;
    const reasons = refused.map(({ offer, reason }) => [offer.impId, reason] as const);
    expect([...unpriced, ...reasons]).toEqual(expected.refused ?? []);
    expect(answer.status).toBe(expected.status);
    if (answer.status === 204) return;
    expect(validateBidResponse(request, answer.body, { rates })).toEqual([]);
    expect(answer.body).toMatchObject(expected.body ?? {});
    const bid = answer.body.seatbid?.[0]?.bid[0];
    if (bid !== undefined) checkFirstBid(bid, expected);
  });
});

test("there are golden answers to walk", () => {
  expect(files.length).toBeGreaterThanOrEqual(60);
});

function checkFirstBid(bid: Bid, expected: GoldenAnswer["expected"]): void {
  for (const field of expected.absent ?? []) expect(bid).not.toHaveProperty(field);
  for (const part of expected.contains ?? []) expect(bid.adm).toContain(part);
  for (const part of expected.lacks ?? []) expect(bid.adm).not.toContain(part);
  if (expected.native !== undefined) expect(JSON.parse(bid.adm)).toMatchObject(expected.native);
}
