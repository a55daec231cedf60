import { linesOf, longestLine } from "./textLines.ts";

/** A row of a file: its values, or why it has none. */
export type FileRow = { readonly line: number } & (
  | { readonly values: readonly unknown[] }
  | { readonly problem: { readonly column: string; readonly rule: string } }
);

/**
 * Reads a CSV (RFC 4180, UTF-8; commas, semicolons, tabs or bars, whichever the first line has most of; a byte order mark, CRLF and
 * blank lines are fine) in batches. The first row is the names of the columns: `onHeader` is given it, and says which
 * columns make a row.
 */
export async function* readCsvBatches(
  file: string,
  onHeader: (names: readonly string[]) => readonly number[],
): AsyncGenerator<readonly FileRow[]> {
  let header: Header | null = null;
  const records = createRecords();
  const rowsOf = (of: readonly FileRecord[]): readonly FileRow[] => {
    const rows: FileRow[] = [];
    for (const { text, line } of of)
      if (text === null) rows.push({ line, problem: { column: "", rule: tooLong } });
      else if (header !== null) rows.push(rowOf(text, line, header));
      else header = headerOf(text, onHeader);
    return rows;
  };
  for await (const lines of linesOf(file)) yield rowsOf(records.take(lines));
  yield rowsOf(records.end());
  if (header === null) onHeader([]);
}

export const tooLong = `must be at most ${longestLine} characters (is a quote left open?)`;

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
      problem: {
        column: "",
        rule: `must have ${width} columns, as the first line has; it has ${fields.length}`,
      },
    };
  return { line, values: columns.map((column) => (column < 0 ? "" : fields[column])) };
}

function separatorOf(header: string): string {
  const count = (separator: string): number => header.split(separator).length;
  return [",", ";", "\t", "|"].reduce((most, other) => (count(other) > count(most) ? other : most));
}

/** The fields of a record; null where quotes are not as they should be. A quote within a field that begins with none is one of its characters. */
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
    const end = closingQuote(text, at);
    if (end === -1) return null;
    fields.push(text.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 === text.length) return fields;
    if (text[end + 1] !== separator) return null;
    at = end + 2;
  }
}

/** Where the quote that is opened at `at` is closed; -1 where it is not. */
function closingQuote(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end;
}

/** Whether a field of what is read so far is still within quotes. */
function hasOpenQuote(text: string, separator: string): boolean {
  if (!text.includes('"')) return false;
  for (let at = 0; ; ) {
    let next = at;
    if (text[at] === '"') {
      next = closingQuote(text, at);
      if (next === -1) return true;
    }
    const end = text.indexOf(separator, next);
    if (end === -1) return false;
    at = end + 1;
  }
}

interface FileRecord {
  /** Null when it is too long. */
  readonly text: string | null;
  readonly line: number;
}

/** Records of lines, of which several belong together where a line break stands within quotes. Blank ones are left out. */
function createRecords() {
  let [open, openedAt, line, separator] = ["", 0, 0, ""];
  return {
    take(lines: readonly (string | null)[]): readonly FileRecord[] {
      const records: FileRecord[] = [];
      for (const text of lines) {
        line += 1;
        if (open === "") {
          if (text !== null && text.trim() === "") continue;
          openedAt = line;
        }
        const whole = open === "" || text === null ? text : `${open}\n${text}`;
        const fits = whole !== null && whole.length <= longestLine;
        // The first record is the header: what separates its fields separates all.
        const by = separator === "" ? separatorOf(whole ?? "") : separator;
        if (fits && hasOpenQuote(whole, by)) open = whole;
        else {
          records.push({ line: openedAt, text: fits ? whole : null });
          [open, separator] = ["", by];
        }
      }
      return records;
    },
    end: (): readonly FileRecord[] => (open === "" ? [] : [{ text: open, line: openedAt }]),
  };
}
