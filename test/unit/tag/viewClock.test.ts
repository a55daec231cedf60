import { describe, expect, test } from "vitest";
import { mayRefresh, refreshSeconds } from "../../../tag/page/refreshRule.ts";
import { createViewClock, heldMs } from "../../../tag/page/viewClock.ts";

describe("the clock of a view", () => {
  const open = () => {
    const timers = new Map<number, () => void>();
    let count = 0;
    let views = 0;
    const later = (run: () => void, ms: number) => {
      expect(ms).toBe(heldMs);
      timers.set(++count, run);
      return count;
    };
    const cancel = (timer: number | undefined) => timers.delete(timer ?? 0);
    const see = createViewClock({ later, cancel }, () => views++);
    return {
      see,
      views: () => views,
      pending: () => timers.size,
      secondPasses() {
        for (const run of timers.values()) run();
      },
    };
  };

  test("tells once, after a second in view", () => {
    const clock = open();
    clock.see(true);
    clock.see(true);
    expect(clock.pending()).toBe(1);
    clock.secondPasses();
    clock.see(false);
    clock.see(true);
    clock.secondPasses();
    expect(clock.views()).toBe(1);
  });

  test("begins anew when the ad was out of view, or the tab was left", () => {
    const clock = open();
    clock.see(true);
    clock.see(false);
    expect(clock.pending()).toBe(0);
    clock.see(true);
    expect(clock.pending()).toBe(1);
    clock.secondPasses();
    expect(clock.views()).toBe(1);
  });
});

describe("a place is asked for again", () => {
  test("after 30 seconds at the earliest, whatever is wished for", () => {
    expect(["60", "5", 90, 0, -3, "", undefined, "never"].map(refreshSeconds)).toEqual([
      60, 30, 90, 0, 0, 0, 0, 0,
    ]);
    expect(mayRefresh({ askedAtMs: 1_000, refreshes: 0 }, 30_999)).toBe(false);
    expect(mayRefresh({ askedAtMs: 1_000, refreshes: 0 }, 31_000)).toBe(true);
  });

  test("ten times in a page view", () => {
    expect(mayRefresh({ askedAtMs: 0, refreshes: 9 }, 1e9)).toBe(true);
    expect(mayRefresh({ askedAtMs: 0, refreshes: 10 }, 1e9)).toBe(false);
  });
});
