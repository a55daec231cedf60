import { describe, expect, test } from "vitest";
import { createLoadLimit, nextState } from "../../../src/serving/loadLimit.ts";

/** A thread whose clock and idleness the test tells. */
function openThread() {
  const clock = { ms: 0, idleMs: 0 };
  const limit = createLoadLimit({ monotonicMs: () => clock.ms, idleMs: () => clock.idleMs });
  /** A window of which the thread waited for a share. */
  const pass = (idleShare: number): void => {
    clock.ms += 100;
    clock.idleMs += 100 * idleShare;
  };
  /** As many as are let in of those that come at once; they stay. */
  const take = (coming: number, share = 1): number => {
    let taken = 0;
    for (let index = 0; index < coming; index++) {
      if (!limit.admits(share)) continue;
      limit.begin();
      taken++;
    }
    return taken;
  };
  const leave = (count: number): void => {
    for (let index = 0; index < count; index++) limit.end();
  };
  return { limit, pass, take, leave };
}

describe("a thread with time left", () => {
  test("takes a burst, and no more than it could answer in time", () => {
    expect(openThread().take(10_000)).toBe(512);
  });

  test("takes ever more where requests only wait for a store", () => {
    const { limit, pass, take } = openThread();
    for (let window = 0; window < 40; window++) {
      take(2_000);
      pass(0.9);
    }
    take(2_000);
    expect(limit.state().inFlight).toBe(1_024);
  });

  test("learns nothing from windows in which nobody was sent away", () => {
    expect(nextState({ limit: 48, isFull: false }, 0.9, 0)).toEqual({ limit: 48, isFull: false });
  });
});

describe("a thread with nothing left", () => {
  test("takes what it works on best, however many come", () => {
    const { pass, take, leave } = openThread();
    take(1);
    leave(1);
    pass(0);
    expect(take(10_000)).toBe(48);
  });

  test("gives back slowly what it had learnt while a store was slow, down to the least", () => {
    let state = { limit: 1_000, isFull: false };
    for (let window = 0; window < 10; window++) state = { ...nextState(state, 0, 500) };
    expect(state.limit).toBeGreaterThan(500);
    for (let window = 0; window < 100; window++) state = { ...nextState(state, 0, 500) };
    expect(state).toEqual({ limit: 48, isFull: true });
  });

  test("stays careful while more comes than it can, even when it has a moment, and takes a little more", () => {
    const next = nextState({ limit: 48, isFull: true }, 0.1, 200);
    expect(next.isFull).toBe(true);
    expect(next.limit).toBeCloseTo(50.4, 5);
  });

  test("takes bursts again once nobody was sent away for a window", () => {
    const { pass, take, leave, limit } = openThread();
    pass(0);
    leave(take(60));
    expect(limit.state().isFull).toBe(true);
    pass(0.3);
    leave(take(1));
    pass(0.3);
    leave(take(1));
    expect(limit.state().isFull).toBe(false);
    expect(take(300)).toBe(300);
  });
});

test("a kind has its share of the limit", () => {
  const { pass, take } = openThread();
  pass(0);
  expect(take(100, 0.75)).toBe(36);
  expect(take(100, 1)).toBe(12);
});
