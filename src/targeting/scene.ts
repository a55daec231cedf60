import { franceKey } from "../geo/areaKeys.ts";
import { chordSquaredOfMeters, toUnitVector, type UnitVector } from "../geo/sphere.ts";
import type { VisitorPlace } from "../geo/types.ts";
import { type SceneClicks, sceneClicks } from "./clickEffects.ts";
import type { DeliveryState } from "./deliveryState.ts";
import { hashText } from "./hash.ts";
import { hourOfWeek } from "./hourOfWeek.ts";
import { normalizeKeyword } from "./keywords.ts";
import { severalShapes, shapeKey } from "./segment/creativeShapes.ts";
import { shapeAt } from "./segment/heads.ts";
import type { PageWishes } from "./segment/pageWishes.ts";
import { deviceTypes, type Segment } from "./segment/segment.ts";
import type { AdRequest, Placement, VisitorState } from "./types.ts";

/** A request seen by one segment: names turned into the segment's numbers once, so that rules compare integers. */
export interface Scene extends PageTopics {
  readonly request: AdRequest;
  readonly visitor: VisitorState;
  readonly delivery: DeliveryState;
  readonly segment: Segment;
  /** The request comes from an exchange: all of its placements say what a bid must fulfil. */
  readonly hasBids: boolean;
  /** Where and when clicks are likelier; null = nothing is known. Bids keep to what a campaign has had on average. */
  readonly clicks: SceneClicks | null;
  /** Hash of the decision id: the seed of everything that is left to chance. */
  readonly seed: number;
  readonly deviceBit: number;
  /** The centres of the request's places, in their order. */
  readonly centres: readonly UnitVector[];
  /** Chord (on the unit sphere) from a place's centre beyond which none of its samples lies; NaN = not known. */
  readonly boundingChords: readonly number[];
  readonly lastAnswers: LastAnswers;
}

/** What was asked last and is likely to be asked next; −1 = nothing yet. */
interface LastAnswers {
  /** Of `matchPlace`: the zone rule asks first, the value asks again. */
  matchedPosition: number;
  placeIndex: number;
  /** Of `fittingPlacements`: most creatives are of one shape. */
  shapeId: number;
  placements: number;
  /** Of `sceneHour`: most campaigns run on the clocks of Paris. */
  timeZoneId: number;
  hourOfWeek: number;
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
    categoryIds: knownCategoryIds(pageWishes, page.category),
    keywordIds: knownKeywordIds(pageWishes, page.keywords),
  };
}

export function createScene(
  segment: Segment,
  topics: PageTopics,
  request: AdRequest,
  visitor: VisitorState,
  delivery: DeliveryState,
): Scene {
  const hasBids = request.placements.length > 0 && request.placements[0]!.bid != null;
  const effects = hasBids ? null : (delivery.clickEffects ?? null);
  return {
    request,
    visitor,
    delivery,
    segment,
    hasBids,
    clicks: effects === null ? null : sceneClicks(effects, request),
    seed: hashText(request.decisionId),
    deviceBit: 1 << deviceTypes.indexOf(request.deviceType),
    centres: request.places.map(centreOf),
    boundingChords: request.places.map(boundingChordOf),
    categoryIds: topics.categoryIds,
    keywordIds: topics.keywordIds,
    lastAnswers: {
      matchedPosition: -1,
      placeIndex: -1,
      shapeId: -1,
      placements: 0,
      timeZoneId: -1,
      hourOfWeek: -1,
    },
  };
}

function centreOf({ centre }: VisitorPlace): UnitVector {
  return toUnitVector(centre.lat, centre.lon);
}

function boundingChordOf({ boundingMeters = Number.NaN }: VisitorPlace): number {
  return Math.sqrt(chordSquaredOfMeters(boundingMeters));
}

/** The hour of the week in a campaign's own time zone. */
export function sceneHour(scene: Scene, position: number): number {
  const timeZoneId = scene.segment.schedule.timeZoneIds[position]!;
  const { lastAnswers } = scene;
  if (lastAnswers.timeZoneId !== timeZoneId) {
    const timeZone = scene.segment.schedule.timeZones[timeZoneId]!;
    lastAnswers.hourOfWeek = hourOfWeek(scene.request.nowMs, timeZone);
    lastAnswers.timeZoneId = timeZoneId;
  }
  return lastAnswers.hourOfWeek;
}

/** Bit p = the campaign has a creative for placement p, by format and size. */
export function fittingPlacements(scene: Scene, position: number): number {
  const { heads, shapes } = scene.segment;
  const shape = shapeAt(heads, position);
  if (shape !== severalShapes) return acceptingPlacements(scene, shape);
  const { starts, values } = shapes.byCampaign;
  const end = starts[position + 1]!;
  let placements = 0;
  for (let at = starts[position]!; at < end; at++)
    placements |= acceptingPlacements(scene, values[at]!);
  return placements;
}

function acceptingPlacements({ lastAnswers, request, segment }: Scene, shapeId: number): number {
  if (lastAnswers.shapeId === shapeId) return lastAnswers.placements;
  const { placements } = request;
  let bits = 0;
  for (let index = 0; index < placements.length; index++) {
    if (acceptsShape(placements[index]!, segment.shapes.shapes[shapeId]!)) bits |= 1 << index;
  }
  lastAnswers.placements = bits;
  lastAnswers.shapeId = shapeId;
  return bits;
}

/** True when some campaign of the segment, or of what it lies upon, has a creative that the placement accepts. */
export function isFillable(segment: Segment, placement: Placement): boolean {
  const { shapes, older } = segment;
  if (older !== null && isFillable(older.segment, placement)) return true;
  const { formats, sizes } = placement;
  for (let index = 0; index < formats.length; index++) {
    const format = formats[index]!;
    if (!shapes.formats.has(format)) continue;
    if (format === "native" || sizes.length === 0) return true;
    if (sizes.some(([width, height]) => shapes.shapeIds.has(shapeKey(format, width, height))))
      return true;
  }
  return false;
}

/** True when some place of the visitor is at least partly in France: else no zone can match. */
export function mayBeInFrance(request: AdRequest): boolean {
  if (request.places.length === 0) return true;
  const { places } = request;
  for (let index = 0; index < places.length; index++) {
    if (touchesFrance(places[index]!)) return true;
  }
  return false;
}

function touchesFrance({ samples }: VisitorPlace): boolean {
  for (let at = 0; at < samples.length; at++) {
    if (samples[at]!.areaKeys.includes(franceKey)) return true;
  }
  return false;
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

const none: readonly number[] = [];

/** A category below all those that the segment knows is about the nearest of them. */
function knownCategoryIds({ lineages }: PageWishes, category: string | null): readonly number[] {
  if (category === null || lineages.size === 0) return none;
  for (let end = category.length; end > 0; end = category.lastIndexOf("/", end - 1)) {
    const lineage = lineages.get(end === category.length ? category : category.slice(0, end));
    if (lineage !== undefined) return lineage;
  }
  return none;
}

function knownKeywordIds(
  { keywordIds }: PageWishes,
  keywords: readonly string[],
): readonly number[] {
  if (keywords.length === 0 || keywordIds.size === 0) return none;
  let found: number[] | null = null;
  for (let index = 0; index < keywords.length; index++) {
    const keyword = keywords[index]!;
    // What is known is known in its normal form, so that most keywords need not be brought into it.
    const id = keywordIds.get(keyword) ?? keywordIds.get(normalizeKeyword(keyword));
    if (id === undefined) continue;
    if (found === null) found = [id];
    else if (!found.includes(id)) found.push(id);
  }
  return found ?? none;
}
