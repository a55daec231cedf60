/** A message of a dead-letter queue, as it is understood. */
export type Letter =
  /** Lambda's own: records of a shard that a function could not do, as often as it was tried. */
  | { readonly kind: "range"; readonly functionArn: string; readonly range: ShardRange }
  /** The function's own: what was no event. */
  | { readonly kind: "content"; readonly functionArn: string; readonly record: ReplayedRecord }
  | { readonly kind: "unknown"; readonly why: string };

/** Records of one shard, both ends included. */
export interface ShardRange {
  readonly streamArn: string;
  readonly shardId: string;
  readonly firstSequenceNumber: string;
  readonly lastSequenceNumber: string;
}

/** A record as a function is handed it. */
export interface ReplayedRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Base64. */
  readonly data: string;
}

const functionShape =
  /^(arn:aws[a-z-]*:lambda:[a-z0-9-]{1,30}:\d{12}:function:[\w-]{1,140})(?::[\w$-]{1,128})?$/;
const streamShape = /^arn:aws[a-z-]*:kinesis:[a-z0-9-]{1,30}:\d{12}:stream\/[\w.-]{1,128}$/;
const sequenceShape = /^\d{1,128}$/;

/** Reads a message's body. Never throws: what is of another kind is left for people to look at, with the reason. */
export function readLetter(body: string): Letter {
  const value = parseObject(body);
  if (value === null) return unknown("not a JSON object");
  return "KinesisBatchInfo" in value ? readRange(value) : readContent(value);
}

function readRange(value: Fields): Letter {
  const info = fieldsOf(value.KinesisBatchInfo);
  const functionArn = functionOf(fieldsOf(value.requestContext).functionArn);
  const { streamArn, shardId, startSequenceNumber: first, endSequenceNumber: last } = info;
  if (functionArn === null) return unknown("it names no function");
  if (!matches(streamArn, streamShape)) return unknown("it names no stream");
  if (!matches(shardId, /^shardId-\d{12}$/)) return unknown("it names no shard");
  if (!matches(first, sequenceShape) || !matches(last, sequenceShape))
    return unknown("it names no records");
  if (BigInt(first) > BigInt(last)) return unknown("its records end before they begin");
  const range = { streamArn, shardId, firstSequenceNumber: first, lastSequenceNumber: last };
  return { kind: "range", functionArn, range };
}

/** The content again is a record of its own: one line, not packed. */
function readContent({ functionArn: arn, sequenceNumber, content }: Fields): Letter {
  const functionArn = functionOf(arn);
  if (functionArn === null) return unknown("it names no function");
  if (typeof content !== "string" || content === "") return unknown("it has no content");
  const isNumbered = matches(sequenceNumber, sequenceShape);
  const record = {
    sequenceNumber: isNumbered ? sequenceNumber : "0",
    partitionKey: "replayed",
    data: Buffer.from(content).toString("base64"),
  };
  return { kind: "content", functionArn, record };
}

type Fields = Readonly<Record<string, unknown>>;

const unknown = (why: string): Letter => ({ kind: "unknown", why });

/** Without the version that it was called by: what is put right is in the newest. */
function functionOf(value: unknown): string | null {
  return typeof value === "string" ? (functionShape.exec(value)?.[1] ?? null) : null;
}

function matches(value: unknown, shape: RegExp): value is string {
  return typeof value === "string" && shape.test(value);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : null;
  } catch {
    return null;
  }
}
