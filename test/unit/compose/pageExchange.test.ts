import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPageExchange } from "../../../src/compose/pageExchange.ts";
import type { ToServing } from "../../../src/compose/processMessages.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function exchangeOf(running: readonly number[]) {
  const told: { readonly number: number; readonly message: ToServing }[] = [];
  const exchange = createPageExchange(
    (number, message) => told.push({ number, message }),
    () => running,
  );
  const last = () => told.at(-1);
  return { exchange, told, last };
}

it("asks all others and hands their pages back to who asked", () => {
  const { exchange, told, last } = exchangeOf([1, 2, 3]);
  exchange.ask(2, 77);
  expect(told).toEqual([
    { number: 1, message: { kind: "tellPage", asked: 1 } },
    { number: 3, message: { kind: "tellPage", asked: 1 } },
  ]);
  exchange.take(3, 1, "three");
  // Said twice, by somebody who was not asked, and to a question that nobody put.
  exchange.take(3, 1, "three again");
  exchange.take(2, 1, "its own");
  exchange.take(1, 99, "of nothing");
  expect(told).toHaveLength(2);
  exchange.take(1, 1, "one");
  expect(last()).toEqual({
    number: 2,
    message: {
      kind: "pages",
      asked: 77,
      pages: [
        { process: "3", text: "three" },
        { process: "1", text: "one" },
      ],
    },
  });
});

it("does not wait for one that is busy", () => {
  const { exchange, told, last } = exchangeOf([1, 2, 3]);
  exchange.ask(1, 5);
  exchange.take(2, 1, "two");
  vi.advanceTimersByTime(500);
  const pages = [{ process: "2", text: "two" }];
  expect(last()).toEqual({ number: 1, message: { kind: "pages", asked: 5, pages } });
  exchange.take(3, 1, "too late");
  expect(told).toHaveLength(3);
});

it("answers at once where there is nobody else", () => {
  const { exchange, told } = exchangeOf([1]);
  exchange.ask(1, 5);
  expect(told).toEqual([{ number: 1, message: { kind: "pages", asked: 5, pages: [] } }]);
});
