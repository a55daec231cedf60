import { expect, test } from "vitest";
import { retryRest } from "../../../src/stores/dynamodb/retryRest.ts";

function stopwatch() {
  const waitsMs: number[] = [];
  return { waitsMs, wait: async (delayMs: number) => void waitsMs.push(delayMs) };
}

test("what DynamoDB leaves unprocessed is sent again, later and later, until nothing is left", async () => {
  const { waitsMs, wait } = stopwatch();
  const sent: (readonly string[])[] = [];
  const send = async (requests: readonly string[]) => {
    sent.push(requests);
    return requests.slice(1);
  };
  await retryRest(["a", "b", "c"], send, wait);
  expect(sent).toEqual([["a", "b", "c"], ["b", "c"], ["c"]]);
  expect(waitsMs).toEqual([50, 100]);
});

test("nothing is sent for nothing", async () => {
  await retryRest([], () => Promise.reject(new Error("asked")));
});

test("a table that takes nothing is given up after ten rounds, with the number of those left", async () => {
  const { waitsMs, wait } = stopwatch();
  const failed = retryRest(["a", "b"], async (requests) => requests, wait);
  await expect(failed).rejects.toThrow("DynamoDB left 2 requests unprocessed after 10 rounds");
  expect(waitsMs).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});
