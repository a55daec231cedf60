import { Ajv, type ValidateFunction } from "ajv";
import type { EventSchema, LakeTable, PayloadColumn } from "./lakeTable.ts";

/** A row of the lake, by column. Times as "2026-06-01 10:30:00.000", UTC. */
export type LakeRow = Readonly<Record<string, string | number | boolean | null>>;

/** A line as it was understood: the event in it, and what is wrong with it; either may be absent. */
export interface ReadLine {
  readonly row: LakeRow | null;
  /** Why the line, or what stands before the event in it, is none. */
  readonly problem: string | null;
}

interface Envelope {
  readonly eventId: string;
  readonly occurredAt: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** How every line of ours begins. */
const beginning = '{"schema":"';

/**
 * Reads lines of event files into rows. Events are checked against their schema; fields that it does not name are let
 * through, as a newer writer may know more: those of the payload are kept in `extra`, others are dropped. A writer that was
 * killed may leave the beginning of a line, and the next one goes on right behind it: that event is saved.
 */
export function createEventReader(
  schema: EventSchema,
  table: LakeTable,
): (text: string) => ReadLine {
  const validate = new Ajv({ allowUnionTypes: true }).compile<Envelope>(openSchema(schema));
  const readWhole = (text: string): ReadLine => {
    const value = parseJson(text);
    if (value === undefined) return { row: null, problem: "not JSON" };
    if (!validate(value)) return { row: null, problem: ruleOf(validate) };
    return rowOf(value, table);
  };
  return (text) => {
    const read = readWhole(text);
    if (read.row !== null) return read;
    const again = text.lastIndexOf(beginning);
    const saved = again > 0 ? readWhole(text.slice(again)).row : null;
    return saved === null ? read : { row: saved, problem: "torn, an event follows" };
  };
}

/** The schema without what forbids unknown fields. */
function openSchema(schema: EventSchema): object {
  const { properties } = schema;
  const open = { additionalProperties: true };
  return {
    ...schema,
    ...open,
    properties: { ...properties, payload: { ...properties.payload, ...open } },
  };
}

function ruleOf({ errors }: ValidateFunction): string {
  const [first] = errors ?? [];
  const field = first?.instancePath.replaceAll("/", ".").slice(1) ?? "";
  return `${field} ${first?.message ?? "is wrong"}`.trim().slice(0, 200);
}

function rowOf({ eventId, occurredAt, payload }: Envelope, table: LakeTable): ReadLine {
  const atMs = Date.parse(occurredAt);
  if (Number.isNaN(atMs) || new Date(atMs).toISOString() !== occurredAt)
    return { row: null, problem: "occurredAt is no time" };
  if (!isPlain(eventId)) return { row: null, problem: "eventId is no plain text" };
  const columns = payloadColumns(payload, table);
  if (typeof columns === "string") return { row: null, problem: columns };
  const envelope = { event_id: eventId, occurred_at: timestampOf(atMs), told_by: "stream" };
  return { row: { ...envelope, ...columns }, problem: null };
}

/** A time as SQL writes it, UTC. */
export function timestampOf(atMs: number): string {
  return new Date(atMs).toISOString().replace("T", " ").slice(0, 23);
}

/** Answers the rule that a field breaks, where one does. */
function payloadColumns(
  payload: Readonly<Record<string, unknown>>,
  { payloadColumns: columns }: LakeTable,
): LakeRow | string {
  if (columns === null) return { payload: jsonText(payload) };
  const row: Record<string, string | number | boolean | null> = {};
  for (const column of columns) {
    const cell = cellOf(payload[column.field], column);
    if (cell === undefined) return `payload.${column.field} does not fit ${column.type}`;
    row[column.name] = cell;
  }
  const named = new Set(columns.map(({ field }) => field));
  const others = Object.entries(payload).filter(([field]) => !named.has(field));
  row.extra = others.length === 0 ? null : jsonText(Object.fromEntries(others.sort(byName)));
  return row;
}

function cellOf(
  value: unknown,
  { type, isJson }: PayloadColumn,
): string | number | boolean | null | undefined {
  if (value === undefined || value === null) return null;
  if (isJson) return jsonText(value);
  if (type === "BIGINT") return Number.isSafeInteger(value) ? (value as number) : undefined;
  if (typeof value === "string") return type === "DATE" ? dayOf(value) : plain(value);
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

function dayOf(value: string): string | undefined {
  const atMs = Date.parse(`${value}T00:00:00.000Z`);
  if (Number.isNaN(atMs)) return undefined;
  return new Date(atMs).toISOString().startsWith(value) ? value : undefined;
}

/** Without halves of characters and zero bytes, which neither Parquet's UTF-8 nor Redshift can hold. */
function plain(value: string): string {
  return value.toWellFormed().replaceAll("\0", "\uFFFD");
}

function isPlain(value: string): boolean {
  return plain(value) === value;
}

/** As text that is plain within too. */
function jsonText(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === "string" ? plain(inner) : inner,
  );
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
