import { cellToParent } from "h3-js";
import { bucketKey, cellHigh, resolutionOfHigh } from "../geo/cells.ts";
import type { BucketLevel, VisitorPlace } from "../geo/types.ts";
import {
  deviceTypes,
  notForSale,
  placesPerRow,
  sources,
} from "../reports/forecast/forecastSample.ts";
import { valuesToBeat } from "../reports/forecast/toBeat.ts";
import type { HearDecision } from "../serving/hearDecision.ts";
import type { ForecastPeople } from "../stores/postgres/forecastPeople.ts";
import type {
  ForecastSamples,
  StoredForecastPlace,
  StoredForecastVisitor,
  StoredOpportunity,
} from "../stores/postgres/forecastSamples.ts";
import { hashText, mixHash } from "../targeting/hash.ts";
import type { AdRequest, VisitorState } from "../targeting/types.ts";
import { createPeopleCounts } from "./peopleCounts.ts";

/** Gathers the sample that forecasts replay, in memory until it is added to Postgres. */
export interface ForecastRecorder {
  /** One opportunity that happened. Half a microsecond for one that is not sampled. */
  readonly hear: HearDecision;
  /** Adds what was gathered. What could not be added stays for the next time. Rejects when Postgres is away. */
  readonly flushOnce: () => Promise<void>;
  /** Adds the people of thinned buckets, all of whom are counted. As above; to be asked more rarely. */
  readonly flushPeople: (people: Pick<ForecastPeople, "add">) => Promise<void>;
  /** How far buckets are thinned, and which segments there are, told anew. */
  readonly learn: (known: KnownOfSample) => void;
  readonly state: () => { readonly waiting: number; readonly dropped: number };
}

export interface KnownOfSample {
  readonly levels: ReadonlyMap<number, number>;
  readonly segmentIds: readonly number[];
}

/** A full memory takes no more: some hundred bytes each. */
const mostWaiting = 20_000;
const finestResolution = 7;
const hashSeed = 0x51ed270b;

interface Gathered {
  readonly places: Map<number, StoredForecastPlace>;
  readonly visitors: Map<string, StoredForecastVisitor>;
  readonly opportunities: StoredOpportunity[];
}

export function createForecastRecorder(
  store: Pick<ForecastSamples, "add">,
  options: { readonly mostWaiting?: number } = {},
): ForecastRecorder {
  const most = options.mostWaiting ?? mostWaiting;
  const counts = createPeopleCounts();
  const hands: Hands = { gathered: emptyHands(), dropped: 0 };
  const placeIdOf = createPlaceIds();
  let known: KnownOfSample = { levels: new Map(), segmentIds: [] };
  let flushing: Promise<void> = Promise.resolve();
  return {
    hear(request, { visitorKey, visitor }, winners) {
      const choice = chooseRequest(request, visitorKey, known.levels);
      if (choice.level > 0 && choice.person !== null)
        counts.count(choice.bucket, choice.person, request.nowMs);
      if (!choice.isSampled) return;
      const toBeat = valuesToBeat(request.placements, winners);
      if (toBeat.every((value) => value === notForSale)) return;
      const { gathered } = hands;
      if (gathered.opportunities.length >= most) {
        hands.dropped++;
        return;
      }
      const placeIds = request.places
        .slice(0, placesPerRow)
        .map((place) => placeIdOf(place, gathered.places));
      const { person } = choice;
      gathered.opportunities.push(toOpportunity(request, choice, placeIds, toBeat));
      if (person === null) return;
      const scores = scoresOf(request, visitor, known.segmentIds);
      gathered.visitors.set(person, { visitorKey: person, scores });
    },
    flushOnce() {
      flushing = flushing.catch(() => undefined).then(() => flush(store, hands, most));
      return flushing;
    },
    async flushPeople(people) {
      const taken = counts.take();
      if (taken.length === 0) return;
      await people.add(taken).catch((error: unknown) => {
        counts.giveBack(taken);
        throw error;
      });
    },
    learn(fresh) {
      known = fresh;
    },
    state: () => ({ waiting: hands.gathered.opportunities.length, dropped: hands.dropped }),
  };
}

/** Whether a request belongs to the sample, and with whom. */
export interface SampleChoice {
  readonly isSampled: boolean;
  /** Null = nobody who may be recognised. */
  readonly person: string | null;
  readonly bucket: number;
  readonly sampleHash: number;
  readonly level: number;
}

/** A visitor is in the sample with all requests about a bucket, or with none; requests of nobody each by themselves. */
export function chooseRequest(
  request: AdRequest,
  visitorKey: string | null,
  levels: ReadonlyMap<number, number>,
): SampleChoice {
  const bucket = bucketOf(request);
  const level = levels.get(bucket) ?? 0;
  const person = isRecognised(request) ? visitorKey : null;
  const sampleHash = mixHash(hashSeed, hashText(person ?? request.decisionId));
  return { isSampled: sampleHash < 2 ** (32 - level), person, bucket, sampleHash, level };
}

interface Hands {
  gathered: Gathered;
  dropped: number;
}

async function flush(
  store: Pick<ForecastSamples, "add">,
  hands: Hands,
  most: number,
): Promise<void> {
  if (hands.gathered.opportunities.length === 0) return;
  const taken = hands.gathered;
  hands.gathered = emptyHands();
  try {
    await store.add({
      places: [...taken.places.values()],
      visitors: [...taken.visitors.values()],
      opportunities: taken.opportunities,
    });
  } catch (error) {
    const { gathered } = hands;
    const room = Math.max(0, most - gathered.opportunities.length);
    hands.dropped += Math.max(0, taken.opportunities.length - room);
    gathered.opportunities.unshift(...taken.opportunities.slice(0, room));
    for (const [id, place] of taken.places) gathered.places.set(id, place);
    for (const [key, visitor] of taken.visitors)
      if (!gathered.visitors.has(key)) gathered.visitors.set(key, visitor);
    throw error;
  }
}

const emptyHands = (): Gathered => ({ places: new Map(), visitors: new Map(), opportunities: [] });

/** Who consented to be measured under an id. */
function isRecognised({ hasStableVisitor, consent }: AdRequest): boolean {
  return hasStableVisitor && consent.mayMeasure;
}

/** The finest bucket that holds where the request is about; 0 = none. */
function bucketOf({ places }: AdRequest): number {
  const cell = places[0]?.cell;
  if (cell === undefined) return 0;
  const resolution = resolutionOfHigh(cellHigh(cell));
  const level: BucketLevel | null =
    resolution >= 5 ? 5 : resolution >= 3 ? 3 : resolution >= 1 ? 1 : null;
  return level === null ? 0 : bucketKey(cell, level);
}

function toOpportunity(
  request: AdRequest,
  { person, bucket, sampleHash, level }: SampleChoice,
  placeIds: readonly number[],
  toBeat: readonly number[],
): StoredOpportunity {
  return {
    bucket,
    sampleHash,
    level,
    placeIds,
    toBeat,
    atMs: request.nowMs,
    visitorKey: person,
    category: request.page.category,
    device: deviceTypes.indexOf(request.deviceType),
    personalised: person !== null && request.consent.mayPersonalise,
  };
}

function scoresOf(
  { consent }: AdRequest,
  { scores }: VisitorState,
  segmentIds: readonly number[],
): StoredForecastVisitor["scores"] {
  if (!consent.mayPersonalise || scores === null) return null;
  return segmentIds.flatMap((segmentId) => {
    const score = scores.get(segmentId);
    return score === undefined ? [] : [[segmentId, Math.round(1_000 * score) / 1_000] as const];
  });
}

/** Places are shared between requests: each is written down once while it is in use. */
function createPlaceIds() {
  const known = new WeakMap<VisitorPlace, StoredForecastPlace>();
  return (place: VisitorPlace, into: Map<number, StoredForecastPlace>): number => {
    let stored = known.get(place);
    if (stored === undefined) {
      stored = toStoredPlace(place);
      known.set(place, stored);
    }
    into.set(stored.id, stored);
    return stored.id;
  };
}

/** A precise position is written down as the resolution-7 cell that holds it. */
export function toStoredPlace(place: VisitorPlace): StoredForecastPlace {
  const isFine = resolutionOfHigh(cellHigh(place.cell)) > finestResolution;
  const cell = isFine ? cellToParent(place.cell, finestResolution) : place.cell;
  const samples = place.samples.map(
    ({ lat, lon, weight, areaKeys }) =>
      [round(lat, isFine), round(lon, isFine), Number(weight.toPrecision(6)), areaKeys] as const,
  );
  const source = sources.indexOf(place.source);
  const { lat, lon } = place.centre;
  const point = { lat: round(lat, isFine), lon: round(lon, isFine) };
  const name = JSON.stringify([source, cell, point, samples]);
  // 53 bits: two places of one number are as good as impossible.
  const id = (hashText(name) % 2 ** 21) * 2 ** 32 + hashText(`${name} `);
  return { id, source, cell, ...point, samples };
}

/** Two decimals are a kilometre. */
const round = (degrees: number, isFine: boolean): number => Number(degrees.toFixed(isFine ? 2 : 5));
