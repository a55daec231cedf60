import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";

/** What one record may hold: well under Kinesis' 1 MiB even where nothing compresses. */
export const packLimits = { events: 500, bytes: 262_144 } as const;

/** More than a thousandfold of what is packed is an attack, not a record. */
const mostUnpackedBytes = 16 * 1_024 * 1_024;
const compress = promisify(gzip);
/** Of zlib's levels the fastest: six times smaller already. */
const level = 1;

/** Events as one record: their lines as NDJSON, gzipped. Lines have no newline within. */
export function packLines(lines: readonly string[]): Promise<Buffer> {
  return compress(`${lines.join("\n")}\n`, { level });
}

export type Unpacked =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly why: string };

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The lines of a record: NDJSON, gzipped (it begins with 1f 8b) or plain, as other producers may write it. Says why where it is
 * neither; never throws.
 */
export function unpackRecord(data: Uint8Array): Unpacked {
  const isGzip = data[0] === 0x1f && data[1] === 0x8b;
  let bytes = data;
  try {
    if (isGzip) bytes = gunzipSync(data, { maxOutputLength: mostUnpackedBytes });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    const limit = `more than ${mostUnpackedBytes} bytes when unpacked`;
    return { ok: false, why: isLarge ? limit : "broken gzip" };
  }
  try {
    const lines = decoder.decode(bytes).split("\n");
    return { ok: true, lines: lines.filter((line) => line.trim() !== "") };
  } catch {
    return { ok: false, why: "not UTF-8" };
  }
}

/** A record without the lines that `isErased` says; itself where there is none, null where nothing is left. What cannot be unpacked is nobody's. */
export async function withoutLines<R extends { readonly data: Buffer; readonly events: number }>(
  record: R,
  isErased: (line: string) => boolean,
): Promise<R | null> {
  const unpacked = unpackRecord(record.data);
  if (!unpacked.ok) return record;
  const kept = unpacked.lines.filter((line) => !isErased(line));
  if (kept.length === unpacked.lines.length) return record;
  return kept.length === 0 ? null : { ...record, data: await packLines(kept), events: kept.length };
}
