import { addDays, budgetDayBounds } from "../../src/budgets/budgetDay.ts";
import { createRandom, createWeightedDraw, type Random } from "../../src/demo/random.ts";
import { createLocator } from "../../src/geo/locate.ts";
import type { Places } from "../../src/geo/places.ts";
import type { VisitorPlace } from "../../src/geo/types.ts";
import type { AdRequest, Placement } from "../../src/targeting/types.ts";
import { hourMs, weightAt } from "../simulate/curve.ts";
import type { Options } from "../simulate/options.ts";
import { noiseAt, poisson } from "../simulate/traffic.ts";
import type { Area } from "../simulate/world.ts";
import { categoryOfVisit, personHashOf, scoreOf } from "./interests.ts";
import { seasonAt } from "./season.ts";
import { createPeople, type People, visiting } from "./visitingHabits.ts";

/** A page of the simulated world. */
export interface WorldPage {
  readonly area: Area;
  readonly inseeCode: string;
  /** Null = no stable id. */
  readonly visitorId: string | null;
  readonly atMs: number;
  readonly category: string;
  /** Of the world's one segment, 0 to 1. */
  readonly score: number;
  /** Made when asked for: most pages are only counted. */
  readonly request: () => AdRequest;
}

/** Days of pages, one after the other: who came yesterday is somebody today, or has lost the id. */
export interface Traffic {
  /** Pages of the days from the next one on, in time. */
  readonly days: (count: number) => Generator<WorldPage>;
}

interface Crowd {
  readonly area: Area;
  readonly people: People;
  readonly homes: readonly string[];
  readonly drawPerson: (random: Random) => number;
  readonly shareOfSummer: number;
}

type Visited = Omit<WorldPage, "request"> & { readonly layout: readonly Placement[] };

const consent = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: false,
  mayMeasure: true,
  basis: "no_gdpr",
} as const;
const secondsPerPage = 45;

/** The traffic from a day on: the same for the same seed. */
export function createTraffic(
  areas: readonly Area[],
  options: Options,
  places: Places,
  from: string,
): Traffic {
  const locate = createLocate(places);
  const crowds = areas.map((area) => gatherCrowd(area, options.seed));
  let day = from;
  let number = 0;
  const toPage = ({ layout, ...page }: Visited): WorldPage => {
    const decisionId = `${page.atMs}-${number++}`;
    const request = (): AdRequest => ({
      decisionId,
      nowMs: page.atMs,
      placements: layout,
      places: locate(page.inseeCode),
      page: { category: page.category, keywords: [] },
      deviceType: "mobile",
      consent,
      hasStableVisitor: page.visitorId !== null,
    });
    return { ...page, request };
  };
  return {
    *days(count) {
      for (let left = count; left > 0; left--, day = addDays(day, 1)) {
        const pages = crowds.flatMap((crowd) => pagesOfDay(crowd, options, day));
        for (const page of pages.sort((a, b) => a.atMs - b.atMs)) yield toPage(page);
        for (const { people } of crowds) people.nextDay();
      }
    },
  };
}

function gatherCrowd(area: Area, seed: number): Crowd {
  const random = createRandom(
    Math.imul(seed + 1, 0x85ebca6b) ^ Math.imul(area.index + 1, 0xc2b2ae35),
  );
  const people = createPeople(area.index, area.pagesPerDay, seed);
  const drawHome = createWeightedDraw(area.communes.map(({ population }) => population));
  return {
    area,
    people,
    homes: Array.from({ length: people.count }, () => area.communes[drawHome(random)]!.inseeCode),
    drawPerson: createWeightedDraw([...people.rates]),
    shareOfSummer: random.next(),
  };
}

function pagesOfDay(crowd: Crowd, options: Options, day: string): readonly Visited[] {
  const { area, people } = crowd;
  const { startMs, endMs } = budgetDayBounds(day);
  const random = createRandom(
    Math.imul(options.seed + 11, 0x9e3779b1) ^
      Math.imul(area.index + 1, 0x85ebca6b) ^
      (startMs / hourMs),
  );
  const visitsPerHour = (people.count * visiting.visitsPerDay) / 24;
  const found: Visited[] = [];
  for (let at = startMs; at < endMs; at += hourMs) {
    const weight = weightAt(area.curve, at, 0) * noiseAt(area, options, at);
    const expected = visitsPerHour * weight * seasonAt(at, crowd.shareOfSummer);
    for (let left = poisson(expected, random); left > 0; left--)
      addVisit(found, crowd, at + Math.floor(random.next() * hourMs), endMs, random);
  }
  return found;
}

/** Pages of one visit: geometric, some seconds apart. */
function addVisit(
  found: Visited[],
  { area, people, homes, drawPerson }: Crowd,
  startMs: number,
  endMs: number,
  random: Random,
): void {
  const person = drawPerson(random);
  const personHash = personHashOf(area.index, person);
  const fixed = {
    area,
    inseeCode: homes[person]!,
    visitorId: people.idOf(person),
    category: categoryOfVisit(personHash, startMs),
    // Whole thousandths, as scores are kept.
    score: Math.round(1_000 * scoreOf(personHash)) / 1_000,
  };
  for (let atMs = startMs; ; ) {
    found.push({ ...fixed, atMs: Math.min(atMs, endMs - 1), layout: random.pick(layouts) });
    if (random.chance(1 / visiting.pagesPerVisit)) return;
    atMs += Math.round(-1_000 * secondsPerPage * Math.log(1 - random.next()));
  }
}

function createLocate(places: Places): (inseeCode: string) => readonly VisitorPlace[] {
  const locator = createLocator(places);
  return (inseeCode) => {
    const place = locator.locateSearch({ inseeCode });
    return place === null ? [] : [place];
  };
}

/** How many ads each placement of a page holds, as in the simulation of money: three on average. */
const layouts: readonly (readonly Placement[])[] = [[1, 1], [2, 1], [1, 1, 1, 1], [3]].map(
  (counts) =>
    counts.map((count, index) => ({
      id: `p${index}`,
      count,
      formats: ["native"],
      sizes: [],
      floorMicros: 0,
      blockedAdvertiserIds: [],
      blockedTrades: [],
    })),
);
