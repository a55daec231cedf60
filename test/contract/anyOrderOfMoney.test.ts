import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrackedEventKind } from "../../src/serving/ports.ts";
import { asked, claimsOf, type Money, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

let server: TestRedis;
let money: Money;

beforeAll(async () => {
  server = await freshRedis();
  money = await openMoney(server.url);
});
afterAll(async () => {
  expect(money.errors).toEqual([]);
  money.close();
  await server.close();
});

const outbox = async (): Promise<readonly number[]> =>
  (await money.redis.xrange("{m7}:out", "-", "+")).map(([, fields]) =>
    Number(fields[fields.indexOf("micros") + 1]),
  );

type Step =
  | { readonly do: "hold"; readonly campaign: number; readonly priceMicros: number }
  | { readonly do: "record"; readonly kind: TrackedEventKind; readonly which: number }
  | { readonly do: "release"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("hold" as const),
      campaign: fc.integer({ min: 1, max: 3 }),
      priceMicros: fc.integer({ min: 1, max: 3_000 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("record" as const),
      kind: fc.constantFrom<TrackedEventKind>("impression", "viewable", "click"),
      which: fc.nat(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("release" as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.integer({ min: 1, max: 90_000 }),
    }),
  },
);

// Campaign 1 is paid by view, 2 by click, 3 by one or the other, as if its shop had changed its mind.
describe("whatever the order of holds, events, releases and lapses", () => {
  it("money is never negative, never beyond a limit, and the outbox tells every charge", async () => {
    const total = { totalBudgetMicros: 20_000, dailyBudgetMicros: 12_000, balanceMicros: 30_000 };
    const run = async (steps: readonly Step[], width: number): Promise<void> => {
      await money.redis.flushall();
      await money.openBuckets();
      const asks: ReturnType<typeof claimsOf>[] = [];
      let nowMs = Date.UTC(2026, 5, 1, 21, 50);
      const perform = async (one: Step): Promise<void> => {
        if (one.do === "wait") nowMs += one.ms;
        else if (one.do === "hold") {
          const cpc = one.campaign === 2 || (one.campaign === 3 && one.priceMicros % 2 === 0);
          const amountMicros = cpc ? Math.ceil(one.priceMicros / 10) : one.priceMicros;
          const request = winner({ campaignId: one.campaign, amountMicros, ...total });
          asks.push(
            claimsOf(request, { pricing: cpc ? "cpc" : "cpm", priceMicros: one.priceMicros }),
          );
          await money.holdBudgets([request], asked({ nowMs }));
        } else {
          const claims = asks[one.which % Math.max(asks.length, 1)];
          if (claims === undefined) return;
          if (one.do === "release") await money.releaseHolds([claims.holdId ?? ""], nowMs);
          else await money.record(one.kind, claims, nowMs);
        }
      };
      for (let at = 0; at < steps.length; at += width)
        await Promise.all(steps.slice(at, at + width).map(perform));
      await checkMoney(total);
      // Everything that is still held lapses, and then nothing is held.
      await money.buckets.tend(nowMs + 86_400_000);
      for (const campaign of [1, 2, 3]) expect((await money.counters(campaign)).h ?? "0").toBe("0");
      expect(await money.redis.hget("{m7}:a:7", "h")).toBeOneOf([null, "0"]);
      for (const campaign of [1, 2, 3]) {
        const fields = await money.redis.hkeys(`{m7}:b:${campaign}`);
        expect(fields.filter((field) => /^[av]:/.test(field))).toEqual([]);
      }
    };
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 20, maxLength: 80 }),
      fc.constantFrom(1, 4, 16),
      run,
    );
    await fc.assert(property, { numRuns: 60 });
  });

  const checkMoney = async (total: {
    readonly totalBudgetMicros: number;
    readonly dailyBudgetMicros: number;
    readonly balanceMicros: number;
  }): Promise<void> => {
    let spent = 0;
    let heldForViews = 0;
    for (const campaign of [1, 2, 3]) {
      const counters = await money.counters(campaign);
      for (const value of Object.values(counters)) expect(Number(value)).toBeGreaterThanOrEqual(0);
      // A click that came takes what is held for clicks that may never come: only views keep theirs whatever happens.
      const kept = (field: string): number =>
        Number(counters[`s${field}`] ?? 0) +
        (campaign === 1 ? Number(counters[`h${field}`] ?? 0) : 0);
      spent += Number(counters.s ?? 0);
      heldForViews += kept("") - Number(counters.s ?? 0);
      expect(kept("")).toBeLessThanOrEqual(total.totalBudgetMicros);
      for (const day of [":2026-06-01", ":2026-06-02"])
        expect(kept(day)).toBeLessThanOrEqual(total.dailyBudgetMicros);
    }
    const account = await money.redis.hgetall("{m7}:a:7");
    expect(Number(account.s ?? 0)).toBe(spent);
    expect(spent + heldForViews).toBeLessThanOrEqual(total.balanceMicros);
    expect((await outbox()).reduce((sum, micros) => sum + micros, 0)).toBe(spent);
  };
});
