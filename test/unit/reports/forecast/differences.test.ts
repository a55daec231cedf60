import { expect, it } from "vitest";
import { addDays } from "../../../../src/budgets/budgetDay.ts";
import { forecastCampaign } from "../../../../src/reports/forecast/forecast.ts";
import type { Forecast, ForecastQuestion } from "../../../../src/reports/forecast/forecastTypes.ts";
import { circles, questionOf, sampleOf, type Village, type WorldOptions } from "./world.ts";

// A few of a town's 600 people have a score of their own: a pair of questions differs by them alone. What is told of pairs
// is put together as somebody would who wants to know how many they are. An attack works when what it says of worlds
// with eighteen of them is told apart from what it says of worlds with six, under other secrets: then no estimate need be
// without bias, and nothing need be known of the rest.

const [few, more] = [6, 18];
const around = Array.from({ length: 24 }, (_, number) => ({
  meters: 4_000 + 900 * number,
  bearing: (number * 137) % 360,
}));
const villages: readonly Village[] = [
  { meters: 0, bearing: 0, people: 600 },
  ...around.map((where, number) => ({ ...where, people: 51 + ((number * 7) % 23) })),
];
const town = circles({ radius: 2_000 });
/** The town and up to four villages, so that what is rounded away averages out. */
const zones = Array.from({ length: 8 }, (_, at) =>
  circles(
    { radius: 2_000 },
    ...around.slice(at, at + 1 + (at % 4)).map((where) => ({ ...where, radius: 800 })),
  ),
);
const salts = [1, 2, 3, 4, 5, 6, 7, 8];

interface Told {
  readonly everybody: Forecast;
  readonly butGroup: Forecast;
}
type WorldOf = (isOfGroup: (person: number) => boolean) => WorldOptions;
type Estimate = (told: readonly Told[]) => number;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, it) => sum + it, 0) / values.length;
const variance = (values: readonly number[]): number =>
  mean(values.map((it) => (it - mean(values)) ** 2));

/** How many standard deviations of it lie between what an attack says of few and of more. */
function powerOf(estimateOf: (group: number, salt: number) => number): number {
  const [ofFew, ofMore] = [few, more].map((group) => salts.map((salt) => estimateOf(group, salt)));
  const spread = Math.sqrt((variance(ofFew!) + variance(ofMore!)) / 2);
  return Math.abs(mean(ofMore!) - mean(ofFew!)) / spread;
}

/** The same of an attack on what is told with and without the group. */
function powerOfPairs(
  worldOf: WorldOf,
  questions: readonly Partial<ForecastQuestion>[],
  estimate: Estimate,
): number {
  return powerOf((group, salt) => {
    const isOfGroup = (person: number) => person < group;
    const scoreOf = (person: number) => (isOfGroup(person) ? 0.5 : 0.95);
    const sample = sampleOf(villages, { ...worldOf(isOfGroup), salt, scoreOf });
    const told = questions.map((fields) => {
      const at = (minScore: number) => {
        const audience = [{ segmentId: 7, minScore, multiplier: null }];
        return forecastCampaign(sample, questionOf({ zone: town, ...fields, audience }));
      };
      return { everybody: at(0.4), butGroup: at(0.92) };
    });
    return estimate(told);
  });
}

/** More would be read off what is told again and again. */
const mostPower = 2.5;
const peopleOf = ({ people }: Forecast): number => people.value ?? 0;
const alike: WorldOf = () => ({ visits: 6 });
/** Who is looked for comes twice as often as the others; of four times as often eighteen are told from six by 2.5. */
const eager: WorldOf = (isOfGroup) => ({ visitsOf: (person) => (isOfGroup(person) ? 2 : 1) });
const daysFrom = (days: number) => ({
  startsOn: "2026-06-01",
  endsOn: addDays("2026-06-01", days - 1),
});

it("a few people are not counted by what a longer period has more than a shorter one", () => {
  const periods = [7, 8, 27, 28].map(daysFrom);
  const questions = periods.flatMap((period) => zones.map((zone) => ({ ...period, zone })));
  const power = powerOfPairs(
    () => ({ visits: 2 }),
    questions,
    (told) => {
      const differences = told.map((it) => peopleOf(it.everybody) - peopleOf(it.butGroup));
      const half = differences.length / 2;
      return mean(differences.slice(half)) - mean(differences.slice(0, half));
    },
  );
  expect(power).toBeLessThan(mostPower);
});

it("nor by how many more come in periods that are longer than what was counted", () => {
  const periods = [28, 60, 76, 92].map(daysFrom);
  const questions = periods.flatMap((period) => zones.map((zone) => ({ ...period, zone })));
  const power = powerOfPairs(eager, questions, (told) => {
    const growth = (pick: (it: Told) => Forecast) => {
      const people = told.map((it) => peopleOf(pick(it)));
      return mean(people.slice(zones.length)) / mean(people.slice(0, zones.length));
    };
    return growth((it) => it.everybody) - growth((it) => it.butGroup);
  });
  expect(power).toBeLessThan(mostPower);
});

it("nor by their pages", () => {
  const power = powerOfPairs(
    alike,
    zones.map((zone) => ({ zone })),
    (told) =>
      mean(
        told.map(
          (it) => it.everybody.opportunitiesPerDay.value - it.butGroup.opportunitiesPerDay.value,
        ),
      ),
  );
  expect(power).toBeLessThan(mostPower);
});

it("nor by what would be spent on them, nor by the pages of other periods", () => {
  const weekdays = { startsOn: "2026-06-01", endsOn: "2026-06-05" };
  const weekend = { startsOn: "2026-06-06", endsOn: "2026-06-07" };
  const spendOf = ({ spendMicros }: Forecast) => spendMicros.value;
  const power = powerOfPairs(
    alike,
    [{}],
    ([told]) => spendOf(told!.everybody) - spendOf(told!.butGroup),
  );
  expect(power).toBeLessThan(mostPower);
  const ofDays = powerOfPairs(alike, [weekdays, weekend], (told) => {
    const [onWeekdays, atWeekends] = told.map((it) => spendOf(it.everybody) - spendOf(it.butGroup));
    return onWeekdays! / 5 - atWeekends! / 2;
  });
  expect(ofDays).toBeLessThan(mostPower);
});

it("nor, who looks at two places, by the pages of both and of their union", () => {
  // Zones hold whole groups: who looks at both is a part of a group for one of them, and has a part's noise there.
  const there = { meters: 30_000, bearing: 0, radius: 2_000 };
  const asked = [circles({ radius: 2_000 }), circles(there), circles({ radius: 2_000 }, there)];
  const power = powerOf((group, salt) => {
    const sample = sampleOf(
      [
        { meters: 0, bearing: 0, people: 400 },
        { meters: 30_000, bearing: 0, people: 400 },
      ],
      { visits: 6, salt, alsoIn: (person) => (person < group ? 1 : null) },
    );
    const [here, elsewhere, both] = asked.map(
      (zone) => forecastCampaign(sample, questionOf({ zone })).spendMicros.value,
    );
    return here! + elsewhere! - both!;
  });
  expect(power).toBeLessThan(mostPower);
});

it("nor by whom budgets of all sizes reach", () => {
  const budgets = Array.from({ length: 24 }, (_, at) => ({
    totalBudgetMicros: 600_000 + 170_000 * at,
  }));
  const reachedOf = ({ peopleReached }: Forecast) => peopleReached.value ?? 0;
  const power = powerOfPairs(eager, [{ totalBudgetMicros: null }, ...budgets], ([all, ...told]) => {
    const share = (pick: (it: Told) => Forecast) =>
      mean(told.map((it) => reachedOf(pick(it)))) / reachedOf(pick(all!));
    return share((it) => it.everybody) - share((it) => it.butGroup);
  });
  expect(power).toBeLessThan(mostPower);
});
