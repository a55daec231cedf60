import { afterEach, beforeEach, test } from "vitest";
import { type MoneyTown, moneyFaults, openMoneyTown } from "./moneyFaults.ts";

let money: MoneyTown;
beforeEach(async () => {
  money = await openMoneyTown();
});
afterEach(() => money.close());

const names = Object.keys(moneyFaults) as readonly (keyof typeof moneyFaults)[];

test.each(names)(
  "%s, five times over under load: nothing is lost, nothing is charged twice",
  async (name) => {
    for (let time = 0; time < 5; time += 1) {
      await moneyFaults[name](money);
      await money.untilMoreSeen(60);
    }
    await money.expectChargedOnce();
  },
  180_000,
);

test("all of them in turn: nothing is lost, nothing is charged twice", async () => {
  for (const name of names) {
    await moneyFaults[name](money);
    await money.untilMoreSeen(30);
  }
  await money.expectChargedOnce();
}, 180_000);
