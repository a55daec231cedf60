import { franceKey } from "../geo/areaKeys.ts";
import { chordSquaredOfMeters, toUnitVector, type UnitVector } from "../geo/sphere.ts";
import { categoryAndAncestors } from "./categories.ts";
import { hashText } from "./hash.ts";
import { hourOfWeek } from "./hourOfWeek.ts";
import { normalizeKeyword } from "./keywords.ts";
import { deviceTypes, type Segment } from "./segment/segment.ts";
import type { AdRequest, DeliveryState, Placement, VisitorState } from "./types.ts";

/** A request seen by one segment: names turned into the segment's numbers once, so that rules compare integers. */
export interface Scene extends PageTopics {
  readonly request: AdRequest;
  readonly visitor: VisitorState;
  readonly delivery: DeliveryState;
  readonly segment: Segment;
  /** Hash of the decision id: the seed of everything that is left to chance. */
  readonly seed: number;
  readonly deviceBit: number;
  /** The centres of the request's places, in their order. */
  readonly centres: readonly UnitVector[];
  /** Hour of the week by time zone of the segment, −1 until asked for. */
  readonly hours: number[];
  /** Chord (on the unit sphere) from a place's centre beyond which none of its samples lies; NaN = not known. */
  readonly boundingChords: readonly number[];
  /** The last answer of `matchPlace`: the zone rule asks first, the value asks again. */
  readonly lastMatch: { position: number; placeIndex: number };
  /** By shape of the segment: bit p = placement p accepts it. */
  readonly placementsByShape: readonly number[];
}

/** More placements than bits of the masks cannot be decided together. */
export const maxPlacements = 32;

/** The page's category and its ancestors, and its keywords, as numbers of the segment; unknown ones are left out. */
export interface PageTopics {
  readonly categoryIds: readonly number[];
  readonly keywordIds: readonly number[];
}

export function pageTopics({ pageWishes }: Segment, { page }: AdRequest): PageTopics {
  return {
    categoryIds: knownCategoryIds(pageWishes.categoryIds, page.category),
    keywordIds: knownKeywordIds(pageWishes.keywordIds, page.keywords),
  };
}

export function createScene(
  segment: Segment,
  topics: PageTopics,
  request: AdRequest,
  visitor: VisitorState,
  delivery: DeliveryState,
): Scene {
  const { schedule, shapes } = segment;
  return {
    request,
    visitor,
    delivery,
    segment,
    seed: hashText(request.decisionId),
    deviceBit: 1 << deviceTypes.indexOf(request.deviceType),
    centres: request.places.map(({ centre }) => toUnitVector(centre.lat, centre.lon)),
    boundingChords: request.places.map(({ boundingMeters = Number.NaN }) =>
      Math.sqrt(chordSquaredOfMeters(boundingMeters)),
    ),
    categoryIds: topics.categoryIds,
    keywordIds: topics.keywordIds,
    hours: new Array<number>(schedule.timeZones.length).fill(-1),
    lastMatch: { position: -1, placeIndex: -1 },
    placementsByShape: acceptedShapes(shapes.shapes, request.placements),
  };
}

/** The hour of the week in a campaign's own time zone, worked out once per time zone and request. */
export function sceneHour(scene: Scene, position: number): number {
  const timeZoneId = scene.segment.schedule.timeZoneIds[position]!;
  const known = scene.hours[timeZoneId]!;
  if (known >= 0) return known;
  const hour = hourOfWeek(scene.request.nowMs, scene.segment.schedule.timeZones[timeZoneId]!);
  scene.hours[timeZoneId] = hour;
  return hour;
}

/** Bit p = the campaign has a creative for placement p, by format and size. */
export function fittingPlacements(scene: Scene, position: number): number {
  const { starts, values } = scene.segment.shapes.byCampaign;
  const end = starts[position + 1]!;
  let placements = 0;
  for (let at = starts[position]!; at < end; at++)
    placements |= scene.placementsByShape[values[at]!]!;
  return placements;
}

/** True when some place of the visitor is at least partly in France: else no zone can match. */
export function mayBeInFrance(request: AdRequest): boolean {
  if (request.places.length === 0) return true;
  return request.places.some((place) =>
    place.samples.some((sample) => sample.areaKeys.includes(franceKey)),
  );
}

/** True when a placement takes creatives of this format and exact size (native has none; no sizes = any size). */
export function acceptsShape(
  placement: Placement,
  { format, width, height }: Segment["shapes"]["shapes"][number],
): boolean {
  if (!placement.formats.includes(format)) return false;
  if (format === "native" || placement.sizes.length === 0) return true;
  return placement.sizes.some((size) => size[0] === width && size[1] === height);
}

function acceptedShapes(
  shapes: Segment["shapes"]["shapes"],
  placements: readonly Placement[],
): number[] {
  const accepted: number[] = [];
  for (let shapeId = 0; shapeId < shapes.length; shapeId++) {
    let bits = 0;
    for (let index = 0; index < placements.length; index++) {
      if (acceptsShape(placements[index]!, shapes[shapeId]!)) bits |= 1 << index;
    }
    accepted.push(bits);
  }
  return accepted;
}

function knownCategoryIds(ids: ReadonlyMap<string, number>, category: string | null): number[] {
  if (category === null || ids.size === 0) return [];
  return known(ids, categoryAndAncestors(category));
}

function knownKeywordIds(ids: ReadonlyMap<string, number>, keywords: readonly string[]): number[] {
  if (keywords.length === 0 || ids.size === 0) return [];
  return known(ids, new Set(keywords.map(normalizeKeyword)));
}

function known(ids: ReadonlyMap<string, number>, texts: Iterable<string>): number[] {
  const found: number[] = [];
  for (const text of texts) {
    const id = ids.get(text);
    if (id !== undefined) found.push(id);
  }
  return found;
}
