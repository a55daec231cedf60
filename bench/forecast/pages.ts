import { createLocator } from "../../src/geo/locate.ts";
import type { Places } from "../../src/geo/places.ts";
import type { VisitorPlace } from "../../src/geo/types.ts";
import type { AdRequest, Placement } from "../../src/targeting/types.ts";
import type { Options } from "../simulate/options.ts";
import { pagesOfTick } from "../simulate/traffic.ts";
import type { Area } from "../simulate/world.ts";

/** A page of the simulated world. */
export interface WorldPage {
  readonly area: Area;
  readonly inseeCode: string;
  /** Null = no stable id. */
  readonly visitorId: string | null;
  readonly atMs: number;
  /** Made when asked for: most pages are only counted. */
  readonly request: () => AdRequest;
}

const tickMs = 600_000;
const consent = {
  mayStore: true,
  mayPersonalise: true,
  mayUsePlace: true,
  mayUsePrecisePlace: false,
  mayMeasure: true,
  basis: "no_gdpr",
} as const;

/** Every page of a period, in time: the same for the same seed. */
export function* pagesBetween(
  areas: readonly Area[],
  options: Options,
  places: Places,
  fromMs: number,
  toMs: number,
): Generator<WorldPage> {
  const locate = createLocate(places);
  let number = 0;
  for (let at = fromMs; at < toMs; at += tickMs)
    for (const { area, visitor, isKnown, body } of pagesOfTick(areas, options, at, tickMs)) {
      const decisionId = `${at}-${number++}`;
      const atMs = at + ((number * 977) % tickMs);
      yield {
        area,
        inseeCode: visitor.inseeCode,
        visitorId: isKnown ? visitor.visitorId : null,
        atMs,
        request: () => ({
          decisionId,
          nowMs: atMs,
          placements: placementsOf(body),
          places: locate(visitor.inseeCode),
          page: { category: null, keywords: [] },
          deviceType: "mobile",
          consent,
          hasStableVisitor: isKnown,
        }),
      };
    }
}

function createLocate(places: Places): (inseeCode: string) => readonly VisitorPlace[] {
  const locator = createLocator(places);
  return (inseeCode) => {
    const place = locator.locateSearch({ inseeCode });
    return place === null ? [] : [place];
  };
}

interface PageBody {
  readonly placements: readonly { readonly id: string; readonly count: number }[];
}

const layouts = new Map<string, readonly Placement[]>();

/** A handful of layouts: each is read once. */
function placementsOf(body: string): readonly Placement[] {
  const text = body.slice(body.indexOf('"placements"'));
  const known = layouts.get(text);
  if (known !== undefined) return known;
  const asked: PageBody = JSON.parse(body);
  const placements = asked.placements.map(({ id, count }) => ({
    id,
    count,
    formats: ["native"] as const,
    sizes: [],
    floorMicros: 0,
    blockedAdvertiserIds: [],
    blockedTrades: [],
  }));
  layouts.set(text, placements);
  return placements;
}
