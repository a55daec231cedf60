import type {
  AffinityRow,
  InsightTables,
  RetentionRow,
} from "../../reports/demand/insightTypes.ts";
import type { Random } from "../random.ts";
import { demoCategories, demoSegments } from "../segments.ts";

const months = 13;
const tens = (count: number): number => 10 * Math.floor(count / 10);

/** Who came again, and what people look at together, in the demo's past: as its segments have it, and chance. */
export function makeDemoInsights(nowMs: number, random: Random): InsightTables {
  const affinities = new Map(
    demoCategories.map((category) => [category, affinitiesOf(category, random)]),
  );
  return { retention: new Map([["*", retentionRows(nowMs, random)]]), affinities };
}

function retentionRows(nowMs: number, random: Random): readonly RetentionRow[] {
  const now = new Date(nowMs);
  return Array.from({ length: months }, (_, cohortAt) => {
    const ago = months - 1 - cohortAt;
    const cohort = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1));
    const size = 42_000 * (1 + 0.15 * random.normal());
    return Array.from({ length: ago + 1 }, (_, later) => {
      // Half come again within a month; who stays leaves ever more slowly.
      const share = later === 0 ? 1 : 0.46 * later ** -0.42 * (1 + 0.03 * random.normal());
      return {
        cohort: cohort.toISOString().slice(0, 10),
        months: later,
        cohortPeople: tens(size),
        people: tens(size * share),
      };
    });
  }).flat();
}

function affinitiesOf(category: string, random: Random): readonly AffinityRow[] {
  const categoryPeople = tens(9_000 * Math.exp(0.6 * random.normal()));
  const together = demoSegments.filter(({ categories }) => categories.includes(category));
  const parent = category.split("/")[0];
  const rows = demoCategories
    .filter((other) => other !== category)
    .map((other) => {
      const shared = together.filter(({ categories }) => categories.includes(other)).length;
      const isKin = other.split("/")[0] === parent;
      const lift = Math.exp(0.7 * shared + (isKin ? 0.35 : 0) + 0.12 * random.normal());
      const people = tens(categoryPeople * Math.min(0.8, 0.11 * lift));
      return { category, other, categoryPeople, people, lift: Number(lift.toFixed(3)) };
    });
  return rows.filter(({ people }) => people >= 50).sort((a, b) => b.lift - a.lift);
}
