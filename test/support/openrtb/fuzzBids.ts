import { expect } from "vitest";
import { createRandom } from "../../../src/demo/random.ts";
import { parseBidRequest } from "../../../src/openrtb/parseBidRequest.ts";
import type { BidWorld } from "./bidWorld.ts";
import { goldenBodies } from "./goldenRequests.ts";
import { mutateRequest } from "./mutateRequest.ts";
import { createBidSender } from "./sendBids.ts";
import { validateBidResponse } from "./validateBidResponse.ts";

export interface FuzzOutcome {
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly bids: number;
  readonly slowestMs: number;
}

const atOnce = 16;

/**
 * Sends `count` mutated requests to a server that answers with reasons. Every answer must be one that exchanges know how to
 * read: 200 with a body that stands up to its request, 204, or 400 to 415 without content, and never without an answer.
 */
export async function fuzzBids(world: BidWorld, count: number, seed: number): Promise<FuzzOutcome> {
  const random = createRandom(seed);
  const { send, close } = createBidSender(world.endpoint, { connections: atOnce });
  const statuses: Record<number, number> = {};
  let [next, bids, slowestMs] = [0, 0, 0];
  const work = async (): Promise<void> => {
    while (next < count) {
      const golden = goldenBodies[next++ % goldenBodies.length] as string;
      const body = JSON.stringify(mutateRequest(golden, random));
      // Beyond a megabyte the connection is cut: that is another test.
      if (body.length > 1_000_000) continue;
      const { status, body: answered, tookMs } = await send(body);
      slowestMs = Math.max(slowestMs, tookMs);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 200) bids += checkAnswer(body, JSON.parse(answered.toString()), world);
      else if (answered.length > 0) expect.fail(`${status} with content to ${body}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  close();
  return { statuses, bids, slowestMs };
}

/** How many bids are in a sound answer. */
function checkAnswer(
  body: string,
  answer: { readonly seatbid?: readonly { readonly bid: readonly unknown[] }[] },
  { rates }: BidWorld,
): number {
  const parsed = parseBidRequest(JSON.parse(body));
  if (!parsed.ok) expect.fail(`200 to what is no bid request: ${body}`);
  const problems = validateBidResponse(parsed.request, answer, { rates });
  if (problems.length > 0)
    expect.fail(`${problems.join("; ")}\n${body}\n${JSON.stringify(answer)}`);
  return answer.seatbid?.[0]?.bid.length ?? 0;
}
