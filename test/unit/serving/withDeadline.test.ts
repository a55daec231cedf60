import { describe, expect, it } from "vitest";
import { createWithDeadline } from "../../../src/serving/withDeadline.ts";

const never = new Promise<string>(() => undefined);

describe("a deadline", () => {
  it("leaves alone what is ready in time, and passes its fault on", async () => {
    const withDeadline = createWithDeadline(1_000);
    expect(await withDeadline(Promise.resolve("ready"), () => "late")).toBe("ready");
    const broken = Promise.reject(new Error("broken"));
    await expect(withDeadline(broken, () => "late")).rejects.toThrow("broken");
  });

  it("answers for each of those that are not, no sooner than its time", async () => {
    const withDeadline = createWithDeadline(40);
    const startedMs = performance.now();
    const told: number[] = [];
    const ask = (order: number) =>
      withDeadline(never, () => {
        told.push(order);
        return `late after ${performance.now() - startedMs >= 39}`;
      });
    const first = ask(1);
    const inTime = withDeadline(Promise.resolve("ready"), () => "late");
    await createWithDeadline(20)(never, () => "a while later");
    const second = ask(2);
    expect(await inTime).toBe("ready");
    expect(await first).toBe("late after true");
    expect(await second).toBe("late after true");
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(58);
    expect(told).toEqual([1, 2]);
  });

  it("asks nobody once the promise is settled, and works again after a pause", async () => {
    const withDeadline = createWithDeadline(10);
    const told: string[] = [];
    const late = (name: string) => () => {
      told.push(name);
      return name;
    };
    const many = Array.from({ length: 100 }, () =>
      withDeadline(Promise.resolve("ready"), late("no")),
    );
    expect(new Set(await Promise.all(many))).toEqual(new Set(["ready"]));
    expect(await withDeadline(never, late("yes"))).toBe("yes");
    expect(await withDeadline(never, late("again"))).toBe("again");
    expect(told).toEqual(["yes", "again"]);
  });
});
