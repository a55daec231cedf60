import { createRandom } from "../../src/demo/random.ts";
import type { ActivityKind } from "../../src/serving/activityBody.ts";
import { hashText, mixHash } from "../../src/targeting/hash.ts";
import type { LoopOptions } from "./options.ts";
import { categories, isWantedBy, type LoopVisitor } from "./world.ts";

/** A page that a visitor looks at. */
export interface LoopPage {
  readonly eventId: string;
  readonly atMs: number;
  readonly day: number;
  readonly kind: ActivityKind;
  readonly category: string;
}

const dayMs = 86_400_000;
const beginMs = Date.UTC(2026, 5, 1);

/** When a day of the world begins, ms. */
export function dayStartMs(day: number): number {
  return beginMs + day * dayMs;
}

/** The pages of a visitor on one day, in their order; the same for the same seed, whatever is shown on them. */
export function pagesOf(
  { seed }: LoopOptions,
  visitor: LoopVisitor,
  day: number,
): readonly LoopPage[] {
  const random = createRandom(mixHash(mixHash(seed, visitor.index), day + 1));
  const comes = day === visitor.firstDay || random.chance(visitor.visitChance);
  if (day < visitor.firstDay || !comes) return [];
  const count = 2 + random.integer(0, 8);
  let atMs = dayStartMs(day) + random.integer(6 * 3_600, 21 * 3_600) * 1_000;
  return Array.from({ length: count }, (_, number) => {
    atMs += 20_000 + random.integer(0, 100_000);
    const category = categories[visitor.drawCategory(random)]!;
    const kind = kindOf(random.next(), isWantedBy(visitor, category));
    return { eventId: `${visitor.visitorId}-${day}-${number}`, atMs, day, kind, category };
  });
}

/** Who wants something opens listings, and writes to sellers; others look. */
function kindOf(luck: number, isWanted: boolean): ActivityKind {
  if (luck < (isWanted ? 0.1 : 0.005)) return "contact";
  return luck < (isWanted ? 0.5 : 0.25) ? "listing_view" : "page_view";
}

/** Chance that belongs to a decision and nothing else. */
export function chanceOf(decisionId: string): number {
  return mixHash(hashText(decisionId), 0xc11c) / 2 ** 32;
}
