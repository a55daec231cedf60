import { createReadStream } from "node:fs";

/** A row of a file: its values, or why it has none. */
export type FileRow = { readonly line: number } & (
  | { readonly values: readonly unknown[] }
  | { readonly problem: { readonly column: string; readonly rule: string } }
);

/** Longer lines are refused without being kept. */
export const longestLine = 65_536;

/**
 * Reads a CSV (RFC 4180, UTF-8; commas, semicolons or tabs, whichever the first line has most of; a byte order mark, CRLF and
 * blank lines are fine) in batches. The first row is the names of the columns: `onHeader` is given it, and says which
 * columns make a row.
 */
export async function* readCsvBatches(
  file: string,
  onHeader: (names: readonly string[]) => readonly number[],
): AsyncGenerator<readonly FileRow[]> {
  let header: Header | null = null;
  for await (const records of recordsOf(file)) {
    const rows: FileRow[] = [];
    for (const { text, line } of records)
      if (text === null) rows.push({ line, problem: { column: "", rule: tooLong } });
      else if (header === null) header = headerOf(text, onHeader);
      else rows.push(rowOf(text, line, header));
    yield rows;
  }
  if (header === null) onHeader([]);
}

const tooLong = `must be at most ${longestLine} characters (is a quote left open?)`;

interface Header {
  readonly separator: string;
  readonly columns: readonly number[];
  readonly width: number;
}

function headerOf(text: string, onHeader: (names: readonly string[]) => readonly number[]): Header {
  const separator = separatorOf(text);
  const names = (fieldsOf(text, separator) ?? []).map((name) => name.trim());
  return { separator, columns: onHeader(names), width: names.length };
}

function rowOf(text: string, line: number, { separator, columns, width }: Header): FileRow {
  const fields = text.includes('"') ? fieldsOf(text, separator) : text.split(separator);
  if (fields === null) return { line, problem: { column: "", rule: "must close its quotes" } };
  if (fields.length !== width)
    return {
      line,
      problem: { column: "", rule: `must have ${width} columns, as the first line has` },
    };
  return { line, values: columns.map((column) => (column < 0 ? "" : fields[column])) };
}

function separatorOf(header: string): string {
  const count = (separator: string): number => header.split(separator).length;
  return [",", ";", "\t"].reduce((most, other) => (count(other) > count(most) ? other : most));
}

/** The fields of a record; null where quotes are not as they should be. */
function fieldsOf(text: string, separator: string): readonly string[] | null {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] !== '"') {
      const end = text.indexOf(separator, at);
      fields.push(end === -1 ? text.slice(at) : text.slice(at, end));
      if (end === -1) return fields;
      at = end + 1;
      continue;
    }
    let end = text.indexOf('"', at + 1);
    while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
    if (end === -1) return null;
    fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 === text.length) return fields;
    if (text[end + 1] !== separator) return null;
    at = end + 2;
  }
}

interface FileRecord {
  /** Null when it is too long. */
  readonly text: string | null;
  readonly line: number;
}

/** Records, part by part: lines, of which several belong together where a line break stands within quotes. Blank ones are left out. */
async function* recordsOf(file: string): AsyncGenerator<readonly FileRecord[]> {
  let [open, openedAt, line] = ["", 0, 0];
  for await (const lines of linesOf(file)) {
    const records: FileRecord[] = [];
    for (const text of lines) {
      line += 1;
      if (open === "") {
        if (text === "") continue;
        openedAt = line;
      }
      const whole = open === "" || text === null ? text : `${open}\n${text}`;
      if (whole !== null && whole.length <= longestLine && hasOpenQuote(whole)) open = whole;
      else {
        records.push({ line: openedAt, text: (whole?.length ?? 0) > longestLine ? null : whole });
        open = "";
      }
    }
    yield records;
  }
  if (open !== "") yield [{ text: open, line: openedAt }];
}

function hasOpenQuote(text: string): boolean {
  return text.includes('"') && text.split('"').length % 2 === 0;
}

/** The lines of a file, part by part, without what ends them; null for one that is too long. */
async function* linesOf(file: string): AsyncGenerator<readonly (string | null)[]> {
  let rest = "";
  let isTooLong = false;
  let isFirst = true;
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 262_144 })) {
    const part: string = isFirst ? String(chunk).replace(/^\ufeff/, "") : chunk;
    isFirst = false;
    const lines: (string | null)[] = [];
    let from = 0;
    for (let end = part.indexOf("\n"); end !== -1; end = part.indexOf("\n", from)) {
      const text = rest + part.slice(from, end);
      lines.push(isTooLong || text.length > longestLine ? null : withoutReturn(text));
      rest = "";
      isTooLong = false;
      from = end + 1;
    }
    rest += part.slice(from);
    if (rest.length > longestLine) [isTooLong, rest] = [true, ""];
    yield lines;
  }
  if (isTooLong) yield [null];
  else if (rest !== "") yield [withoutReturn(rest)];
}

function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
