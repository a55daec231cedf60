import { bucketKey, cellHigh, resolutionOfHigh } from "../geo/cells.ts";
import type { BucketLevel } from "../geo/types.ts";
import { deviceTypes, notForSale, placesPerRow } from "../reports/forecast/forecastSample.ts";
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
import { createPeopleCounts, type PeopleCounts } from "./peopleCounts.ts";
import { createStoredPlaces } from "./storedPlaces.ts";

/** Gathers the sample that forecasts replay, in memory until it is added to Postgres. */
export interface ForecastRecorder {
  /** One opportunity that happened. Two thirds of a microsecond for one that is not sampled. */
  readonly hear: HearDecision;
  /** Adds what was gathered. What could not be added stays for the next time. Rejects when Postgres is away. */
  readonly flushOnce: () => Promise<void>;
  /** Adds the people and pages of thinned buckets, all of which are counted. As above; to be asked more rarely. */
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
/**
 * Where fewer visitors are kept than one in 64, hardly any place has enough of them to be told apart: all of the bucket is
 * counted at once. It also bounds what is counted by place to what 64 samples hold.
 */
const mostLevelByPlace = 6;
const placesAtOnce = 200;
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
  const storedOf = createStoredPlaces();
  let known: KnownOfSample = { levels: new Map(), segmentIds: [] };
  let flushing: Promise<void> = Promise.resolve();
  return {
    hear(request, { visitorKey, visitor }, winners) {
      const choice = chooseRequest(request, visitorKey, known.levels);
      const toBeat = valuesToBeat(request.placements, winners);
      if (toBeat.every((value) => value === notForSale)) return;
      const { gathered } = hands;
      if (choice.level > 0) {
        const [best] = request.places;
        const isByPlace = choice.level <= mostLevelByPlace && best !== undefined;
        const place = isByPlace ? storedOf(best) : null;
        const { bucket, person } = choice;
        // What is counted of a place has to be known as one, whether anybody there is sampled or not.
        if (counts.count(bucket, place?.id ?? 0, person, request.nowMs) && place !== null)
          gathered.places.set(place.id, place);
      }
      if (!choice.isSampled) return;
      if (gathered.opportunities.length >= most) {
        hands.dropped++;
        return;
      }
      const places = request.places.slice(0, placesPerRow).map(storedOf);
      for (const place of places) gathered.places.set(place.id, place);
      const placeIds = places.map(({ id }) => id);
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
    flushPeople: (people) => flushCounts(counts, people),
    learn(fresh) {
      known = fresh;
    },
    state: () => ({ waiting: hands.gathered.opportunities.length, dropped: hands.dropped }),
  };
}

/** A few hundred at a time: pages that were added are not given back. */
async function flushCounts(
  counts: PeopleCounts,
  people: Pick<ForecastPeople, "add">,
): Promise<void> {
  const taken = counts.take();
  for (let at = 0; at < taken.length; at += placesAtOnce)
    await people.add(taken.slice(at, at + placesAtOnce)).catch((error: unknown) => {
      counts.giveBack(taken.slice(at));
      throw error;
    });
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
