import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BidResponse } from "../../../src/openrtb/bidTypes.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import { type BidWorld, startBidWorld } from "../../support/openrtb/bidWorld.ts";
import { createBidSender } from "../../support/openrtb/sendBids.ts";
import { validateBidResponse } from "../../support/openrtb/validateBidResponse.ts";

const folder = new URL("../../golden/openrtb/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
/** By request, what our server answers: 400, the code of no bid, or the bids as "imp native" and "imp 300x250". */
const served: Readonly<Record<string, 400 | { readonly nbr: number } | readonly string[]>> =
  read("served.json");
const files = readdirSync(new URL("requests/", folder)).filter((name) => name.endsWith(".json"));

let world: BidWorld;
beforeAll(async () => {
  world = await startBidWorld();
}, 60_000);
afterAll(() => world?.close());

test.each(files)("%s is answered as agreed", async (file) => {
  const { request, expected } = read(`requests/${file}`);
  const { send, close } = createBidSender(world.endpoint, { connections: 1 });
  const { status, body } = await send(JSON.stringify(request));
  close();
  expect(status === 400).toBe(expected.problem !== undefined);
  const answer: BidResponse | null = status === 200 ? JSON.parse(body.toString()) : null;
  const parsed = parseBidRequest(request);
  if (answer !== null && parsed.ok)
    expect(validateBidResponse(parsed.request, answer, world)).toEqual([]);
  expect(outcomeOf(status, answer)).toEqual(served[file.replace(".json", "")]);
});

test("what is agreed is of requests that there are", () => {
  expect(
    Object.keys(served)
      .map((name) => `${name}.json`)
      .sort(),
  ).toEqual(files.toSorted());
});

function outcomeOf(status: number, answer: BidResponse | null) {
  if (answer === null) return status;
  if (answer.seatbid === undefined) return { nbr: answer.nbr };
  return answer.seatbid.flatMap(({ bid }) =>
    bid.map(({ impid, mtype, w, h }) => (mtype === 4 ? `${impid} native` : `${impid} ${w}x${h}`)),
  );
}
