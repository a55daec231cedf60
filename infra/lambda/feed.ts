import {
  createStreamEventsHandler,
  type HandleBatch,
  type Rejected,
  type StreamedEvent,
} from "../../src/jobs/handlers/streamEvents.ts";
import type { ReadLine } from "../../src/stores/lake/readEvent.ts";

export interface FeedDeps {
  /** How the events of each schema are read. */
  readonly readers: ReadonlyMap<string, (text: string) => ReadLine>;
  /** Hands texts (rows as JSON) to the delivery of a schema; the outcome of each in their order: null = taken. May reject. */
  readonly put: (
    schema: string,
    texts: readonly Uint8Array[],
  ) => Promise<readonly (string | null)[]>;
  /** Keeps what is no event, for people to look at. Rejects when nobody takes it. */
  readonly setAside: (rejected: readonly Rejected[]) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Takes one line of metrics (CloudWatch's embedded format). */
  readonly tell: (line: string) => void;
}

/** Well below Firehose's: 500 records and 4 MiB a request, 1,000 KiB a record. */
export const feedLimits = {
  textsOfRequest: 400,
  bytesOfRequest: 3_500_000,
  bytesOfText: 256_000,
} as const;

/**
 * The server's own handler of the stream, over Firehose: events become rows of their tables by the reader of the embedded lake, many
 * rows in a text. Where Firehose takes not all, the batch comes again from there on, and some rows come twice: whoever reads
 * the lake counts an event id once.
 */
export function createFeed(deps: FeedDeps): HandleBatch {
  return createStreamEventsHandler({
    writeEvents: (events) => writeEvents(events, deps),
    reject: deps.setAside,
    count: ({ events, rejected }) =>
      deps.tell(metricLine({}, { EventsRead: events, EventsRejected: rejected }, deps.clock())),
  });
}

async function writeEvents(events: readonly StreamedEvent[], deps: FeedDeps): Promise<void> {
  const bySchema = Map.groupBy(events, ({ schema }) => schema);
  for (const [schema, ofSchema] of bySchema) {
    const reads = ofSchema.map((event) => ({ event, read: readAs(event, deps) }));
    const rows = reads.flatMap(({ read }) => (read.row === null ? [] : [JSON.stringify(read.row)]));
    for (const texts of requestsOf(textsOf(rows))) {
      const left = (await deps.put(schema, texts)).filter((outcome) => outcome !== null);
      if (left.length > 0) throw new Error(`Firehose left ${left.length} texts: ${left[0]}`);
    }
    const odd = reads.flatMap(({ event, read }) =>
      read.row === null ? [refused(event, read)] : [],
    );
    if (odd.length > 0) await deps.setAside(odd);
    deps.tell(
      metricLine({ Schema: schema }, { LagMost: lagOf(ofSchema, deps.clock()) }, deps.clock()),
    );
  }
}

function readAs({ schema, line }: StreamedEvent, { readers }: FeedDeps): ReadLine {
  return readers.get(schema)?.(line) ?? { row: null, problem: `no schema "${schema}"` };
}

function refused({ line }: StreamedEvent, { problem }: ReadLine): Rejected {
  return { sequenceNumber: "", why: problem ?? "", content: line.slice(0, keptCharacters) };
}

/** A queue's message has room for 256 KB; what is longer is for the eyes alone. */
const keptCharacters = 200_000;

function textsOf(rows: readonly string[]): readonly Uint8Array[] {
  return chunks(rows, (row) => row.length, feedLimits.bytesOfText, rows.length).map((some) =>
    Buffer.from(some.map((row) => `${row}\n`).join("")),
  );
}

function requestsOf(texts: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const { bytesOfRequest, textsOfRequest } = feedLimits;
  return chunks(texts, (text) => text.length, bytesOfRequest, textsOfRequest);
}

/** In their order, each with at most `mostBytes` (or a single one that is larger) and `most` in number. */
function chunks<T>(
  all: readonly T[],
  sizeOf: (one: T) => number,
  mostBytes: number,
  most: number,
): readonly (readonly T[])[] {
  const made: T[][] = [];
  let bytes = 0;
  for (const one of all) {
    const last = made.at(-1);
    const size = sizeOf(one);
    if (last === undefined || bytes + size > mostBytes || last.length >= most) {
      made.push([one]);
      bytes = size;
    } else {
      last.push(one);
      bytes += size;
    }
  }
  return made;
}

function lagOf(events: readonly StreamedEvent[], nowMs: number): number {
  return events.reduce((most, { occurredAtMs }) => Math.max(most, nowMs - occurredAtMs), 0);
}

export const feedNamespace = "Atelier/Stream";

function metricLine(
  labels: Readonly<Record<string, string>>,
  metrics: Readonly<Record<string, number>>,
  nowMs: number,
): string {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name }));
  const Dimensions = [Object.keys(labels)];
  const CloudWatchMetrics = [{ Namespace: feedNamespace, Dimensions, Metrics }];
  return JSON.stringify({
    _aws: { Timestamp: nowMs, CloudWatchMetrics },
    ...labels,
    ...metrics,
  });
}
