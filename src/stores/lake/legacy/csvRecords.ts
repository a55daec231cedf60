import { createReadStream } from "node:fs";

/** A record of a CSV file: its fields, or why it is none. */
export interface CsvRecord {
  /** From 1; of its first line. */
  readonly line: number;
  /** Bytes from the beginning of the file to behind its newline. */
  readonly endOffset: number;
  readonly endLine: number;
  readonly text: string;
  readonly fields: readonly string[] | null;
}

export interface CsvOptions {
  readonly encoding: "utf-8" | "latin1";
  readonly separator: string;
  readonly fromOffset: number;
  readonly fromLine: number;
  /** How many fields a record has: one of several lines with others is an open quote. Null = not known yet. */
  readonly width: number | null;
}

/** A quote that nobody closes would swallow the file: a longer record is no record but its first line. */
export const mostRecordBytes = 65_536;
const [quote, newline] = [0x22, 0x0a];

/** Records of a file as RFC 4180 has them, quotes doubled, newlines within quotes. Bounded in memory. */
export async function* readCsvRecords(
  file: string,
  options: CsvOptions,
): AsyncGenerator<CsvRecord> {
  let rest: Buffer = Buffer.alloc(0);
  let [offset, line] = [options.fromOffset, options.fromLine];
  const take = (most: number): CsvRecord => {
    const { encoding, separator, width } = options;
    const whole = textOf(rest.subarray(0, most), encoding, offset === 0);
    const all = fieldsOf(whole, separator);
    const isOne =
      !whole.includes("\n") || (all !== null && (width === null || all.length === width));
    const end = isOne ? most : rest.indexOf(newline) + 1;
    const text = isOne ? whole : textOf(rest.subarray(0, end), encoding, offset === 0);
    const from = line;
    line += Math.max(1, countOf(rest.subarray(0, end), newline));
    offset += end;
    rest = rest.subarray(end);
    const fields = isOne ? all : null;
    return { line: from, endOffset: offset, endLine: line, text, fields };
  };
  for await (const chunk of createReadStream(file, { start: offset })) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    for (let end = endOf(rest, false); end > 0; end = endOf(rest, false)) yield take(end);
  }
  for (let end = endOf(rest, true); end > 0; end = endOf(rest, true)) yield take(end);
}

/** Where the first record ends; 0 = not within what is there. */
function endOf(bytes: Buffer, isLast: boolean): number {
  let isQuoted = false;
  const most = Math.min(bytes.length, mostRecordBytes);
  for (let at = 0; at < most; at++) {
    if (bytes[at] === quote) isQuoted = !isQuoted;
    else if (bytes[at] === newline && !isQuoted) return at + 1;
  }
  if (bytes.length < mostRecordBytes && !isLast) return 0;
  if (!isQuoted) return most;
  const first = bytes.indexOf(newline);
  return first < 0 ? most : first + 1;
}

function countOf(bytes: Buffer, wanted: number): number {
  let count = 0;
  for (const byte of bytes) if (byte === wanted) count += 1;
  return count;
}

function textOf(bytes: Buffer, encoding: CsvOptions["encoding"], isFirst: boolean): string {
  const text =
    encoding === "latin1" ? new TextDecoder("windows-1252").decode(bytes) : bytes.toString("utf8");
  return (isFirst ? text.replace(/^\uFEFF/, "") : text).replace(/\r?\n$/, "");
}

/** Null where quotes are open, or something stands behind a closed one. */
function fieldsOf(text: string, separator: string): readonly string[] | null {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    if (text[at] !== '"') {
      const end = text.indexOf(separator, at);
      fields.push(text.slice(at, end < 0 ? undefined : end));
      if (end < 0) return fields;
      at = end + 1;
      continue;
    }
    let end = at + 1;
    while (end < text.length && (text[end] !== '"' || text[end + 1] === '"'))
      end += text[end] === '"' ? 2 : 1;
    if (end >= text.length) return null;
    fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 === text.length) return fields;
    if (text[end + 1] !== separator) return null;
    at = end + 2;
  }
}
