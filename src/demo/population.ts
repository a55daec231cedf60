import type { DemoPlace } from "./demoTypes.ts";
import { personas } from "./personas.ts";
import { createRandom, createWeightedDraw, type Random } from "./random.ts";
import { demoCategories, demoSegments } from "./segments.ts";
import {
  everybodysTaste,
  placeFactor,
  type VisitorProfile,
  visitorProfiles,
} from "./visitorProfiles.ts";

/** A synthetic visitor: nobody's data. */
export interface DemoVisitor {
  readonly visitorId: string;
  readonly homeInseeCode: string;
  readonly profile: string;
  /** Pages opened in the last weeks, by category. */
  readonly views: Readonly<Record<string, number>>;
  /** Score 0–1 by segment slug; scores under 0.05 are left out. */
  readonly scores: ReadonlyMap<string, number>;
}

const leastScore = 0.05;
const projectShare = 0.35;
const projectFactor = 8;
const maxViews = 120;

/**
 * Visitors "v-1" to "v-`count`" and the personas: a home by population, a profile, pages opened according to both, and
 * scores that follow from the pages and the home. A visitor is the same whatever the count. 100,000 take about 2 s.
 */
export function* generateVisitors(
  places: readonly DemoPlace[],
  count: number,
  seed: number,
): Generator<DemoVisitor> {
  const byCode = new Map(places.map((place) => [place.inseeCode, place]));
  const personaIds = new Set(personas.map((persona) => persona.visitorId));
  for (const { visitorId, homeInseeCode, profile, views } of personas) {
    const home = byCode.get(homeInseeCode);
    if (home === undefined) continue;
    const scores = scoreVisitor(views, home, createRandom(seed));
    yield { visitorId, homeInseeCode, profile, views, scores };
  }
  const drawHome = createWeightedDraw(places.map((place) => place.population));
  for (let number = 1; number <= count; number++) {
    const visitorId = `v-${number}`;
    if (personaIds.has(visitorId)) continue;
    const random = createRandom(seed + Math.imul(number, 0x9e3779b1));
    yield drawVisitor(visitorId, places[drawHome(random)]!, random);
  }
}

const drawProfile = createWeightedDraw(visitorProfiles.map((profile) => profile.share));

function drawVisitor(visitorId: string, home: DemoPlace, random: Random): DemoVisitor {
  const profile = visitorProfiles[drawProfile(random)]!;
  const views = browse(profile, home, random);
  return {
    visitorId,
    homeInseeCode: home.inseeCode,
    profile: profile.name,
    views,
    scores: scoreVisitor(views, home, random),
  };
}

/** Opens pages by taste and place; one visitor in three has a project that takes most of the time. */
function browse(
  profile: VisitorProfile,
  home: DemoPlace,
  random: Random,
): Readonly<Record<string, number>> {
  const weights = demoCategories.map(
    (category) => (profile.tastes[category] ?? everybodysTaste) * placeFactor(category, home),
  );
  if (random.chance(projectShare)) {
    const project = createWeightedDraw(weights)(random);
    weights[project] = weights[project]! * projectFactor;
  }
  const drawCategory = createWeightedDraw(weights);
  const pages = Math.min(maxViews, 2 + Math.floor(12 * Math.exp(random.normal())));
  const views: Record<string, number> = {};
  for (let page = 0; page < pages; page++) {
    const category = demoCategories[drawCategory(random)]!;
    views[category] = (views[category] ?? 0) + 1;
  }
  return views;
}

/**
 * A logistic score per segment: it rises with the logarithm of the pages seen in the segment's categories (a category
 * of two segments counts for both), shifts with what the home makes likely, and has a little noise.
 */
function scoreVisitor(
  views: Readonly<Record<string, number>>,
  home: DemoPlace,
  random: Random,
): ReadonlyMap<string, number> {
  const scores = new Map<string, number>();
  for (const { slug, categories } of demoSegments) {
    let pages = 0;
    let likely = 0;
    for (const [index, category] of categories.entries()) {
      pages += (views[category] ?? 0) / (index + 1);
      likely += Math.log(placeFactor(category, home)) / categories.length;
    }
    const logit = -2.9 + 1.35 * Math.log1p(pages) + 0.5 * likely + 0.25 * random.normal();
    const score = Math.round(1000 / (1 + Math.exp(-logit))) / 1000;
    if (score >= leastScore) scores.set(slug, score);
  }
  return scores;
}
