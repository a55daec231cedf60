import { createHash } from "node:crypto";
import { createReadTime } from "./legacyTime.ts";
import type { LegacyField, LegacyMapping } from "./mapping.ts";

/** A line of a legacy file, by the names of its columns. */
export type LegacyLine = Readonly<Record<string, string>>;

export type LegacyEvent =
  | {
      readonly event: object;
      readonly month: string;
      readonly kind: string;
      readonly valueMicros: number;
    }
  /** What is wrong; the month and the kind where they could be read. */
  | { readonly reason: string; readonly month: string | null; readonly kind: string | null };

/** Makes events of lines, by a mapping. `visitorKeyOf` hashes what the file calls a visitor; null = no field may be one. */
export function createToEvent(
  mapping: LegacyMapping,
  visitorKeyOf: ((visitor: string) => string) | null,
): (line: LegacyLine) => LegacyEvent {
  const readTime = createReadTime(mapping.occurredAt);
  const fields = Object.entries(mapping.payload);
  return (line) => {
    const atMs = readTime((line[mapping.occurredAt.column] ?? "").trim());
    const month = atMs === null ? null : new Date(atMs).toISOString().slice(0, 7);
    const payload: Record<string, string | number> = {};
    let problem: string | null =
      atMs === null
        ? `${mapping.occurredAt.column}: is no time (${mapping.occurredAt.format})`
        : null;
    for (const [name, field] of fields) {
      const read = readField(line, field, mapping, visitorKeyOf);
      if (read.reason !== undefined) problem ??= `${name}: ${read.reason}`;
      else if (read.value !== null) payload[name] = read.value;
    }
    const kind = typeof payload.kind === "string" ? payload.kind : null;
    const id = idOf(line, mapping);
    if (id === null) problem ??= "eventId: is empty";
    if (problem !== null || atMs === null) return { reason: problem ?? "", month, kind };
    const event = {
      schema: mapping.schema,
      eventId: id,
      occurredAt: new Date(atMs).toISOString(),
      payload,
    };
    return {
      event,
      month: month ?? "",
      kind: kind ?? "",
      valueMicros: Number(payload.priceMicros ?? payload.chargedMicros ?? 0),
    };
  };
}

type ReadField =
  | { readonly value: string | number | null; readonly reason?: undefined }
  | { readonly reason: string };

function readField(
  line: LegacyLine,
  field: LegacyField,
  mapping: LegacyMapping,
  visitorKeyOf: ((visitor: string) => string) | null,
): ReadField {
  if ("constant" in field) return { value: field.constant };
  const raw = line[field.column];
  if (raw === undefined) return { reason: `the line has no column ${field.column}` };
  const text = raw.trim();
  const meant =
    field.values === undefined
      ? text
      : Object.hasOwn(field.values, text)
        ? field.values[text]!
        : (field.others ?? null);
  if (meant === null)
    return text === ""
      ? { value: null }
      : { reason: `"${text.slice(0, 60)}" is not among the values` };
  if (meant === "") return { value: null };
  if (field.as === "visitor") {
    const isAllowed =
      mapping.consent?.values.includes((line[mapping.consent.column] ?? "").trim()) === true;
    return { value: isAllowed && visitorKeyOf !== null ? visitorKeyOf(meant) : null };
  }
  if (field.as === undefined || field.as === "text") return { value: meant };
  return readNumber(meant, field.as, mapping.decimal);
}

const scales = { integer: 0, micros: 0, cents: 4, euros: 6 } as const;

/** "1 234,56" → micros, by digits: no fraction is ever a double. */
function readNumber(text: string, as: keyof typeof scales, decimal: "," | "."): ReadField {
  const plain = text
    .replace(/[\s\u00a0\u202f']/g, "")
    .replace(/€$/, "")
    .replace(decimal, ".");
  const [, sign, whole, fraction = ""] = /^(-?)(\d{1,13})(?:\.(\d*))?$/.exec(plain) ?? [];
  if (whole === undefined) return { reason: `"${text.slice(0, 60)}" is no number` };
  const scale = scales[as];
  const kept = fraction.slice(0, scale).padEnd(scale, "0");
  if (/[1-9]/.test(fraction.slice(scale)))
    return { reason: `"${text.slice(0, 60)}" has more than ${scale} decimals` };
  const value = Number(`${sign}${whole}${kept}`);
  return Number.isSafeInteger(value)
    ? { value }
    : { reason: `"${text.slice(0, 60)}" is too large` };
}

/** What the file calls an event, as an id of ours: the same line gives the same id in every file. */
function idOf(line: LegacyLine, { eventId, schema }: LegacyMapping): string | null {
  const parts =
    "column" in eventId
      ? [line[eventId.column] ?? ""]
      : eventId.hashOf.map((name) => line[name] ?? "");
  if (parts.every((part) => part.trim() === "")) return null;
  if ("column" in eventId && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(parts[0] ?? ""))
    return parts[0] ?? null;
  const hex = createHash("sha256")
    .update(JSON.stringify([schema, ...parts]))
    .digest("hex");
  // A UUID of version 8: made of what we like (RFC 9562).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
