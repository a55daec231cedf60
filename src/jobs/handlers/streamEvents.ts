import { createHash } from "node:crypto";
import { unpackRecord } from "../../stores/kinesis/packedRecord.ts";

/** A batch of records as Lambda hands it over, as far as it is looked at. */
export interface KinesisBatch {
  readonly Records: readonly {
    readonly kinesis: {
      readonly sequenceNumber: string;
      readonly partitionKey: string;
      /** Base64. */
      readonly data: string;
    };
    readonly eventSourceARN?: string;
  }[];
}

/** From here on, Lambda hands the records over again. Empty = all of them are done with. */
export interface BatchOutcome {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** An event as its producer wrote it, with what tells where it belongs. */
export interface StreamedEvent {
  readonly schema: string;
  readonly eventId: string;
  readonly occurredAtMs: number;
  /** The whole of it, as JSON without a newline. */
  readonly line: string;
}

/** What is no event, and why. */
export interface Rejected {
  readonly sequenceNumber: string;
  readonly why: string;
  /** At most its first 5,000 characters, keys of visitors and accounts taken out; of what is no text its length and SHA-256. */
  readonly content: string;
}

export interface StreamEventsDeps {
  /** The lake's, or whoever else takes events: safe when it resolves. May get the same event again. Rejects when it is away. */
  readonly writeEvents: (events: readonly StreamedEvent[]) => Promise<void>;
  /** Keeps what nobody can use, for people to look at: safe when it resolves. */
  readonly reject: (rejected: readonly Rejected[]) => Promise<void>;
  readonly count: (counts: { readonly events: number; readonly rejected: number }) => void;
}

export type HandleBatch = (batch: KinesisBatch) => Promise<BatchOutcome>;

/** Events that are written at once. */
const eventsAtOnce = 2_000;
const keptCharacters = 5_000;

/**
 * The Lambda handler of the stream of events (`ReportBatchItemFailures`): unpacks records and hands their events on. What is no
 * event is set aside with its reason and holds nobody up; where writing fails, the outcome names the first record
 * that is not done with. Running twice over the same records writes the same events twice, which `eventId` makes one. Never rejects.
 */
export function createStreamEventsHandler(deps: StreamEventsDeps): HandleBatch {
  return async ({ Records }) => {
    for (let from = 0; from < Records.length; ) {
      const chunk = chunkOf(Records, from);
      try {
        if (chunk.events.length > 0) await deps.writeEvents(chunk.events);
        if (chunk.rejected.length > 0) await deps.reject(chunk.rejected);
      } catch {
        const itemIdentifier = Records[from]?.kinesis.sequenceNumber ?? "";
        return { batchItemFailures: [{ itemIdentifier }] };
      }
      deps.count({ events: chunk.events.length, rejected: chunk.rejected.length });
      from = chunk.end;
    }
    return { batchItemFailures: [] };
  };
}

interface Chunk {
  readonly events: readonly StreamedEvent[];
  readonly rejected: readonly Rejected[];
  /** Where the next one begins. */
  readonly end: number;
}

/** The events of as many records as are written at once; one record at least. */
function chunkOf(records: KinesisBatch["Records"], from: number): Chunk {
  const events: StreamedEvent[] = [];
  const rejected: Rejected[] = [];
  let end = from;
  while (end < records.length && (end === from || events.length < eventsAtOnce)) {
    const { sequenceNumber, data } = records[end]!.kinesis;
    const unpacked = unpackRecord(Buffer.from(data, "base64"));
    end++;
    if (!unpacked.ok) {
      rejected.push({ sequenceNumber, why: unpacked.why, content: digestOf(data) });
      continue;
    }
    for (const line of unpacked.lines) {
      const read = readEvent(line);
      if (typeof read === "string")
        rejected.push({ sequenceNumber, why: read, content: nameless(line) });
      else events.push(read);
    }
  }
  return { events, rejected, end };
}

/** What looks like the key of a visitor or an account, whole or torn off at the end. */
const likeKeys = /(?<![\w-])[\w-]{22}(?![\w-])|(?<=")[\w-]{1,22}$/g;

/** Nobody who is erased later is to be found in what is set aside: it names nobody. */
function nameless(line: string): string {
  return line.slice(0, keptCharacters).replace(likeKeys, "[key]");
}

function digestOf(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  return `${bytes.length} bytes, SHA-256 ${createHash("sha256").update(bytes).digest("hex")}`;
}

const schemaShape = /^[a-z][a-z0-9_]{0,50}\.v[1-9]\d{0,3}$/;
const mostLineCharacters = 262_144;
/** The lake has hours of these years; a line of another is nobody's. */
const firstYearMs = Date.UTC(2000, 0, 1);
const lastYearMs = Date.UTC(2100, 0, 1);

/** The event of a line, or why it is none. Whether its payload fits its schema is the lake's to judge. */
function readEvent(line: string): StreamedEvent | string {
  if (line.length > mostLineCharacters) return `longer than ${mostLineCharacters} characters`;
  const value = parseJson(line);
  if (value === null) return "not a JSON object";
  const { schema, eventId, occurredAt, payload } = value;
  if (typeof schema !== "string" || !schemaShape.test(schema)) return "schema is none";
  if (typeof eventId !== "string" || eventId === "" || eventId.length > 400)
    return "eventId is none";
  const occurredAtMs = typeof occurredAt === "string" ? Date.parse(occurredAt) : Number.NaN;
  const isTime = occurredAtMs >= firstYearMs && occurredAtMs < lastYearMs;
  if (!isTime || new Date(occurredAtMs).toISOString() !== occurredAt)
    return "occurredAt is no time";
  if (typeof payload !== "object" || payload === null) return "payload is no object";
  return { schema, eventId, occurredAtMs, line };
}

function parseJson(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : null;
  } catch {
    return null;
  }
}
