import { isApproximate } from "./compileZone.ts";
import type { Contours } from "./contours.ts";
import type { Places } from "./places.ts";
import type { Zone } from "./types.ts";
import { zoneToLabel } from "./zoneLabel.ts";
import { measureZone } from "./zoneReport.ts";
import { zoneTimeZone } from "./zoneTimeZone.ts";
import { type ZoneWarning, type ZoneWarningCode, zoneWarnings } from "./zoneWarnings.ts";

/** What a zone means, in the words and figures that its owner should see. */
export interface ZoneSummary {
  /** "Limoges et 10 km autour". */
  readonly label: string;
  /** True when an outline in it is approximated, because nobody imported it. */
  readonly approximate: boolean;
  /** Good to a few per cent, exclusions taken off. */
  readonly areaKm2: number;
  /** Area of the cells that index the zone over its own area: at least about 1. */
  readonly overCoverRatio: number;
  /** IANA zone in which the dayparts are read. */
  readonly timeZone: string;
  readonly warnings: readonly ZoneSummaryWarning[];
}

export interface ZoneSummaryWarning {
  readonly code: ZoneWarningCode;
  readonly fr: string;
  readonly en: string;
  /** JSON pointers, within the zone, to the areas that it is about. */
  readonly pointers: readonly string[];
}

/** Sums up a valid zone: 1 ms for a circle, up to 100 ms for all of France or 10,000 vertices. */
export function summarizeZone(
  zone: Zone,
  places: Places,
  contours: Contours | null = null,
): ZoneSummary {
  const { areaKm2, overCoverRatio } = measureZone(zone, places, contours);
  return {
    label: zoneToLabel(zone, places),
    approximate: [...zone.include, ...zone.exclude].some((it) =>
      isApproximate(it, places, contours),
    ),
    areaKm2,
    overCoverRatio,
    timeZone: zoneTimeZone(zone, places),
    warnings: groupWarnings(zoneWarnings(zone, places, contours)),
  };
}

/** One warning a sentence, however many areas it is about. */
function groupWarnings(warnings: readonly ZoneWarning[]): readonly ZoneSummaryWarning[] {
  const bySentence = Map.groupBy(warnings, (it) => it.french);
  return [...bySentence.values()].map((alike) => {
    const { code, french, english } = alike[0]!;
    return { code, fr: french, en: english, pointers: alike.map((it) => it.pointer) };
  });
}
