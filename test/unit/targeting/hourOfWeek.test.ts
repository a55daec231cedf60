import { expect, test } from "vitest";
import { hourOfWeek } from "../../../src/targeting/hourOfWeek.ts";

const monday = 0;
const sunday = 6 * 24;

test("the week begins on Monday at midnight, on the clocks of the time zone", () => {
  const mondayMidnightInParis = Date.UTC(2026, 0, 4, 23);
  expect(hourOfWeek(mondayMidnightInParis, "Europe/Paris")).toBe(monday);
  expect(hourOfWeek(mondayMidnightInParis - 1, "Europe/Paris")).toBe(sunday + 23);
});

test("one moment has another hour in every territory", () => {
  const noonInParis = Date.UTC(2026, 6, 13, 10); // a Monday in summer
  expect(hourOfWeek(noonInParis, "Europe/Paris")).toBe(monday + 12);
  expect(hourOfWeek(noonInParis, "Indian/Reunion")).toBe(monday + 14);
  expect(hourOfWeek(noonInParis, "America/Martinique")).toBe(monday + 6);
  expect(hourOfWeek(noonInParis, "Pacific/Tahiti")).toBe(monday);
  expect(hourOfWeek(noonInParis, "Pacific/Marquesas")).toBe(monday);
  expect(hourOfWeek(noonInParis, "Pacific/Noumea")).toBe(monday + 21);
});

test("half-hour offsets change the hour on the half hour", () => {
  const halfPastNine = Date.UTC(2026, 6, 13, 9, 30);
  expect(hourOfWeek(halfPastNine, "Pacific/Marquesas")).toBe(monday);
  expect(hourOfWeek(halfPastNine - 1, "Pacific/Marquesas")).toBe(sunday + 23);
});

test("on the day of 23 hours, two o'clock never comes", () => {
  const lastSundayOfMarch = Date.UTC(2026, 2, 28, 23);
  const hours = Array.from({ length: 23 }, (_, hour) =>
    hourOfWeek(lastSundayOfMarch + hour * 3_600_000, "Europe/Paris"),
  );
  expect(hours.slice(0, 4)).toEqual([sunday, sunday + 1, sunday + 3, sunday + 4]);
  expect(hours.at(-1)).toBe(sunday + 23);
});

test("on the day of 25 hours, two o'clock comes twice", () => {
  const lastSundayOfOctober = Date.UTC(2026, 9, 24, 22);
  const hours = Array.from({ length: 25 }, (_, hour) =>
    hourOfWeek(lastSundayOfOctober + hour * 3_600_000, "Europe/Paris"),
  );
  expect(hours.slice(1, 5)).toEqual([sunday + 1, sunday + 2, sunday + 2, sunday + 3]);
  expect(hours.at(-1)).toBe(sunday + 23);
});

test("moments asked in any order give the same hours", () => {
  const moments = [0, 5, 1, 9, 3].map((day) => Date.UTC(2026, 2, 25 + day, 12));
  const ask = (list: readonly number[]) => list.map((it) => hourOfWeek(it, "Europe/Paris"));
  expect(ask([...moments].reverse()).reverse()).toEqual(ask(moments));
});

test("a name that is no time zone is refused", () => {
  expect(() => hourOfWeek(0, "Europe/Limoges")).toThrow(RangeError);
});
