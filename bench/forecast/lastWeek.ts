import { countPeople } from "../../src/reports/forecast/countPeople.ts";
import type { Replay } from "../../src/reports/forecast/replay.ts";
import { leastPeople, roundCount, roundPeople } from "../../src/reports/forecast/roundForecast.ts";
import { isWanted } from "./interests.ts";
import type { WorldPage } from "./pages.ts";
import { countComers, type Tried, type Truth } from "./truth.ts";

/** Last week's figures of a tried campaign, to be carried over. */
export interface LastWeek {
  readonly see: (page: WorldPage) => void;
  /** Of that very zone: what may not be told of a zone that somebody drew. */
  readonly exact: () => Truth;
  /**
   * As it may be told: groups of places count whole or not at all, as in the forecast's zone; the forecast's own noise is
   * on top, its steps round, and fewer than 50 people are nobody. `isInside` by commune.
   */
  readonly told: (isInside: (inseeCode: string) => boolean, replay: Replay) => Truth;
}

interface Commune {
  readonly people: Set<string>;
  pages: number;
}

const days = 7;

export function watchLastWeek(tried: Tried): LastWeek {
  const comers = countComers(tried);
  const communes = new Map<string, Commune>();
  const isCapped = tried.campaign.frequencyCaps.length > 0;
  return {
    see(page) {
      const { area, inseeCode, visitorId } = page;
      comers.see(page);
      if (area.index !== tried.area || !isWanted(tried.campaign, page)) return;
      if (isCapped && visitorId === null) return;
      const commune = communes.get(inseeCode) ?? { people: new Set<string>(), pages: 0 };
      communes.set(inseeCode, commune);
      commune.pages++;
      if (visitorId !== null) commune.people.add(visitorId);
    },
    exact: comers.result,
    told(isInside, replay) {
      const inside = [...communes].flatMap(([code, commune]) => (isInside(code) ? [commune] : []));
      const people = new Set(inside.flatMap((commune) => [...commune.people])).size;
      const pages = inside.reduce((sum, commune) => sum + commune.pages, 0);
      const noisy = people + noiseOf(replay);
      const isHidden = noisy < leastPeople;
      return {
        ...comers.result(),
        people: isHidden ? 0 : roundPeople(noisy),
        opportunities: isHidden
          ? 0
          : days * roundCount((pages * replay.matched.pagesFactor) / days),
      };
    },
  };
}

function noiseOf({ sample, matched, calendar }: Replay): number {
  const { people, unprotected } = countPeople(sample, matched, null, { calendar, share: 1 });
  return people - unprotected;
}
