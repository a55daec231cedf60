import { describe, expect, test } from "vitest";
import { createLoopWait } from "../../../src/serving/loopWait.ts";

/** An event loop by hand. */
function openLoop() {
  const loop = { ms: 0, idleMs: 0 };
  let ends: (() => void)[] = [];
  let look = () => {};
  const wait = createLoopWait({
    monotonicMs: () => loop.ms,
    idleMs: () => loop.idleMs,
    afterThis: (run) => ends.push(run),
    often: (run) => {
      look = run;
    },
  });
  return {
    wait,
    look: () => look(),
    work: (ms: number) => {
      loop.ms += ms;
    },
    idle: (ms: number) => {
      loop.ms += ms;
      loop.idleMs += ms;
    },
    endRound: () => {
      for (const end of ends) end();
      ends = [];
    },
  };
}

describe("what a request has waited", () => {
  test("is nothing when the loop was waiting for it", () => {
    const { wait, idle } = openLoop();
    idle(50);
    expect(wait()).toBe(0);
  });

  test("is what was done for others in its round", () => {
    const { wait, work, idle } = openLoop();
    idle(5);
    wait();
    work(7);
    expect(wait()).toBe(7);
    work(3);
    expect(wait()).toBe(10);
  });

  test("is at most what was done since the loop last looked", () => {
    const { wait, work, endRound } = openLoop();
    wait();
    work(20);
    endRound();
    work(4);
    expect(wait()).toBe(4);
    work(6);
    endRound();
    work(1);
    expect(wait()).toBe(1);
  });

  test("is nothing of what was done in many turns of the loop while nobody came", () => {
    const { wait, work, look, endRound } = openLoop();
    wait();
    endRound();
    for (let turn = 0; turn < 100; turn++) {
      work(9);
      look();
      endRound();
    }
    work(4);
    expect(wait()).toBe(4);
  });

  test("is all that a long turn took", () => {
    const { wait, work, endRound } = openLoop();
    wait();
    endRound();
    work(5_000);
    expect(wait()).toBe(5_000);
  });
});
