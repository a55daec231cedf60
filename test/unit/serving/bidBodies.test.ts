import { expect, test } from "vitest";
import { createBodyRoom } from "../../../src/serving/bidBodies.ts";

const room = () =>
  createBodyRoom({
    longestBytes: 100,
    ofAll: { bodies: 5, bytes: 300 },
    ofSsp: { bodies: 3, bytes: 200 },
  });

test("bodies enter while there is room for their number, of their SSP and of all", () => {
  const { enter, counts } = room();
  const first = [1, 2, 3].map(() => enter(1, null));
  expect(first).not.toContain(null);
  expect(enter(1, null)).toBeNull();
  expect([enter(2, null), enter(3, null)]).not.toContain(null);
  expect(enter(4, null)).toBeNull();
  first[0]?.leave();
  first[0]?.leave();
  expect(counts()).toEqual({ bodies: 4, bytes: 0 });
  expect(enter(4, null)).not.toBeNull();
});

test("what a body declares is kept for it, and no more than a body may have", () => {
  const { enter, counts } = room();
  const [one, two] = [enter(1, 100), enter(1, 1e9)];
  expect(counts()).toEqual({ bodies: 2, bytes: 200 });
  expect(enter(1, 1)).toBeNull();
  expect(enter(2, 101)).not.toBeNull();
  expect(enter(3, 1)).toBeNull();
  expect([one?.fits(100), two?.fits(1e9)]).toEqual([true, true]);
  one?.leave();
  two?.leave();
  expect(counts()).toEqual({ bodies: 1, bytes: 100 });
});

test("a body that declares nothing grows only as far as there is room", () => {
  const { enter, counts } = room();
  const [one, two, three] = [enter(1, null), enter(1, null), enter(1, null)];
  expect([one?.fits(80), two?.fits(80), three?.fits(40), three?.fits(41)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(counts().bytes).toBe(200);
  three?.leave();
  expect([three?.fits(1), two?.fits(100)]).toEqual([false, true]);
});
