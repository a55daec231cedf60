import { expect, it } from "vitest";
import { daypartsToHoursOfWeek } from "../../../src/campaigns/dayparts.ts";

it("no daypart, or parts that fill the week, mean always", () => {
  const wholeWeek = { weekdays: [1, 2, 3, 4, 5, 6, 7], fromHour: 0, toHour: 24 };
  expect(daypartsToHoursOfWeek([])).toBeNull();
  expect(daypartsToHoursOfWeek([wholeWeek])).toBeNull();
});

it("Monday 9 to 11 is two hours; Sunday's last hour is 167", () => {
  expect(daypartsToHoursOfWeek([{ weekdays: [1], fromHour: 9, toHour: 11 }])).toEqual([9, 10]);
  expect(daypartsToHoursOfWeek([{ weekdays: [7], fromHour: 23, toHour: 24 }])).toEqual([167]);
});

it("overlapping parts count an hour once, in order", () => {
  const parts = [
    { weekdays: [2], fromHour: 10, toHour: 12 },
    { weekdays: [2, 1], fromHour: 11, toHour: 13 },
  ];
  expect(daypartsToHoursOfWeek(parts)).toEqual([11, 12, 34, 35, 36]);
});
