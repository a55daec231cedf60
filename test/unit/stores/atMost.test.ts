import { describe, expect, it } from "vitest";
import { atMost } from "../../../src/stores/postgres/atMost.ts";

describe("at most two at once", () => {
  it("the others wait in turn, and a failure frees its place", async () => {
    const inTurn = atMost(2);
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
    expect(begun).toEqual([0, 1, 2]);
    ends[2]?.();
    await all[2];
    ends[1]?.();
    ends[3]?.();
    expect((await settled).map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
    ]);
  });
});
