import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createTurns } from "../../src/turns.ts";

describe("at most two at once", () => {
  it("the others wait in turn, and a failure frees its place", async () => {
    const { run: inTurn } = createTurns({ atOnce: 2 });
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (index: number) => () =>
      new Promise<number>((resolve, reject) => {
        begun.push(index);
        ends[index] = () => (index === 0 ? reject(new Error("failed")) : resolve(index));
      });
    const all = [0, 1, 2, 3].map((index) => inTurn(work(index)));
    const settled = Promise.allSettled(all);
    expect(begun).toEqual([0, 1]);
    ends[0]?.();
    await expect(all[0]).rejects.toThrow("failed");
    await setImmediate();
    expect(begun).toEqual([0, 1, 2]);
    ends[2]?.();
    await all[2];
    await setImmediate();
    ends[1]?.();
    ends[3]?.();
    expect((await settled).map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
  });

  it("who gives up leaves the line, and who comes when it is full is refused", async () => {
    const refuse = () => new Error("full");
    const turns = createTurns({ atOnce: 1, mostWaiting: 2, refuse });
    expect(await turns.take()).toBe(false);
    let leave = () => {};
    const gone = turns.take((given) => {
      leave = given;
    });
    const next = turns.take();
    await expect(turns.take()).rejects.toThrow("full");
    leave();
    expect(turns.waiting()).toBe(1);
    turns.pass();
    expect(await next).toBe(true);
    expect([turns.running(), turns.waiting()]).toEqual([1, 0]);
    turns.pass();
    expect(turns.running()).toBe(0);
    expect(await Promise.race([gone, Promise.resolve("never")])).toBe("never");
  });
});
