import type { Unpacked } from "../../src/stores/kinesis/packedRecord.ts";
import type { ReadLine } from "../../src/stores/lake/readEvent.ts";

/** What Lambda reads from a shard. */
export interface StreamBatch {
  readonly Records: readonly {
    readonly kinesis: { readonly data: string; readonly sequenceNumber: string };
  }[];
}

/** The records that are to come again; after some tries they are told to the dead-letter queue. */
export interface FeedAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export type Feed = (batch: StreamBatch) => Promise<FeedAnswer>;

export interface FeedDeps {
  readonly unpack: (data: Uint8Array) => Unpacked;
  /** How the events of each schema are read. */
  readonly readers: ReadonlyMap<string, (text: string) => ReadLine>;
  /** Hands texts (rows as JSON) to the delivery of a schema; the outcome of each in their order: null = taken. May reject. */
  readonly put: (
    schema: string,
    texts: readonly Uint8Array[],
  ) => Promise<readonly (string | null)[]>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Takes one line of metrics (CloudWatch's embedded format). */
  readonly tell: (line: string) => void;
}

/** Well below Firehose's: 500 records and 4 MiB a request, 1,000 KiB a record. */
export const feedLimits = { textsOfRequest: 400, bytesOfRequest: 3_500_000, bytesOfText: 256_000 };

interface Row {
  readonly sequenceNumber: string;
  readonly json: string;
  readonly lagMs: number;
}

/**
 * Turns the packed events of a batch into the rows of their tables, by the same reader as the embedded lake, and hands them on,
 * many rows in a text. A record with anything in it that is no event, or a row that was not taken, is reported by its
 * sequence number: the others are done with. A record that comes again gives the same rows again, once more: whoever reads the
 * lake counts an event id once.
 */
export function createFeed(deps: FeedDeps): Feed {
  return async ({ Records }) => {
    const failed = new Set<string>();
    const rows = new Map<string, Row[]>();
    for (const { kinesis } of Records) {
      const read = readRecord(kinesis, deps);
      if (read === null) failed.add(kinesis.sequenceNumber);
      for (const [schema, row] of read ?? []) rows.set(schema, [...(rows.get(schema) ?? []), row]);
    }
    for (const [schema, ofSchema] of rows) {
      for (const sequenceNumber of await putRows(schema, ofSchema, deps))
        failed.add(sequenceNumber);
      deps.tell(metricLine(schema, ofSchema, deps.clock()));
    }
    if (failed.size > 0) deps.tell(failureLine(failed.size, deps.clock()));
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** Each event of a record with its schema; null = there is something in it that is none. */
function readRecord(
  { data, sequenceNumber }: StreamBatch["Records"][number]["kinesis"],
  { unpack, readers, clock }: FeedDeps,
): readonly (readonly [string, Row])[] | null {
  const unpacked = unpack(Buffer.from(data, "base64"));
  if (!unpacked.ok) return null;
  const rows: (readonly [string, Row])[] = [];
  for (const line of unpacked.lines) {
    const schema = /^\{"schema":"([a-z0-9_.]{1,60})"/.exec(line)?.[1] ?? "";
    const row = readers.get(schema)?.(line).row ?? null;
    if (row === null) return null;
    const atMs = Date.parse(`${String(row.occurred_at).replace(" ", "T")}Z`);
    const lagMs = Math.max(0, clock() - atMs);
    rows.push([schema, { sequenceNumber, json: JSON.stringify(row), lagMs }]);
  }
  return rows;
}

interface Text {
  readonly bytes: Uint8Array;
  readonly from: readonly string[];
}

/** Answers which records are to come again. */
async function putRows(
  schema: string,
  rows: readonly Row[],
  { put }: FeedDeps,
): Promise<readonly string[]> {
  const again: string[] = [];
  for (const texts of requestsOf(textsOf(rows))) {
    const bytes = texts.map((text) => text.bytes);
    const outcomes = await put(schema, bytes).catch(() => texts.map(() => "rejected"));
    texts.forEach(({ from }, index) => {
      if (outcomes[index] !== null) again.push(...from);
    });
  }
  return again;
}

function textsOf(rows: readonly Row[]): readonly Text[] {
  return chunks(rows, ({ json }) => json.length, feedLimits.bytesOfText, rows.length).map(
    (some) => ({
      bytes: Buffer.from(some.map(({ json }) => `${json}\n`).join("")),
      from: some.map(({ sequenceNumber }) => sequenceNumber),
    }),
  );
}

function requestsOf(texts: readonly Text[]): readonly (readonly Text[])[] {
  const { bytesOfRequest, textsOfRequest } = feedLimits;
  return chunks(texts, ({ bytes }) => bytes.length, bytesOfRequest, textsOfRequest);
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

export const feedNamespace = "Atelier/Stream";

function metricLine(schema: string, rows: readonly Row[], nowMs: number): string {
  const most = rows.reduce((longest, { lagMs }) => Math.max(longest, lagMs), 0);
  const metrics = { Events: rows.length, LagMost: most };
  return embedded(["Schema"], { Schema: schema }, metrics, nowMs);
}

function failureLine(records: number, nowMs: number): string {
  return embedded([], {}, { RecordsFailed: records }, nowMs);
}

function embedded(
  dimensions: readonly string[],
  labels: Readonly<Record<string, string>>,
  metrics: Readonly<Record<string, number>>,
  nowMs: number,
): string {
  const Metrics = Object.keys(metrics).map((Name) => ({ Name }));
  const CloudWatchMetrics = [{ Namespace: feedNamespace, Dimensions: [dimensions], Metrics }];
  return JSON.stringify({ _aws: { Timestamp: nowMs, CloudWatchMetrics }, ...labels, ...metrics });
}
