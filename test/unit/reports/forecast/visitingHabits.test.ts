import { expect, it } from "vitest";
import { seasonAt } from "../../../../bench/forecast/season.ts";
import { createPeople, losing, visiting } from "../../../../bench/forecast/visitingHabits.ts";

const people = createPeople(0, 40_000, 7);

/** Of people whose days are Poisson at their rates, who comes within some days. */
const shareMetIn = (days: number): number =>
  people.rates.reduce((sum, rate) => sum + 1 - Math.exp(-rate * days), 0) / people.count;

it("the backtest's people come to a site as those of 2012 came to leboncoin: 9 % on a day, 43 % in a month", () => {
  expect(shareMetIn(1)).toBeCloseTo(3.6 / 40, 2);
  expect(shareMetIn(30)).toBeCloseTo(17.2 / 40, 1);
  const pages = people.rates.reduce((sum, rate) => sum + rate, 0) * visiting.pagesPerVisit;
  expect(Math.abs(pages / 40_000 - 1)).toBeLessThan(0.05);
});

it("they lose their ids as comScore counted: 31 % at least once in a month, and nobody is called as another", () => {
  const kept = new Map<number, string | null>();
  for (let person = 0; person < people.count; person++) kept.set(person, people.idOf(person));
  for (let day = 0; day < 31; day++) people.nextDay();
  const known = [...kept].filter(([, id]) => id !== null);
  const lost = known.filter(([person, id]) => people.idOf(person) !== id).length / known.length;
  expect(Math.abs(lost - 0.31)).toBeLessThan(0.015);
  const ids = known.map(([person]) => people.idOf(person));
  expect(new Set(ids).size).toBe(ids.length);
  expect(losing.lossesPerDay * 31).toBeCloseTo(1.5, 9);
  expect(1 - known.length / people.count).toBeCloseTo(0.15, 1);
});

it("a summer takes up to 14 % where people leave, nothing where they go, and a year brings 6 %", () => {
  const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
  expect(seasonAt(at("2026-06-01"), 1)).toBeCloseTo(1, 3);
  const july = at("2026-07-31");
  expect(seasonAt(july, 1) / seasonAt(july, 0)).toBeCloseTo(0.86, 2);
  expect(seasonAt(at("2027-06-01"), 0)).toBeCloseTo(1.06, 2);
});
