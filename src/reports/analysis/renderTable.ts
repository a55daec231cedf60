export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** Rows as columns of text, numbers to the right. Pure. */
export function renderTable(rows: readonly Row[]): readonly string[] {
  const names = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => names.map((name) => shown(row[name] ?? null)));
  const widths = names.map((name, at) =>
    Math.max(name.length, ...cells.map((line) => line[at]!.length)),
  );
  const isNumber = names.map((name) =>
    rows.every((row) => typeof row[name] === "number" || row[name] === null),
  );
  const lineOf = (line: readonly string[]): string =>
    line
      .map((cell, at) => (isNumber[at] ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join("  ")
      .trimEnd();
  return rows.length === 0 ? [] : [names, ...cells].map(lineOf);
}

function shown(cell: Cell): string {
  if (cell === null) return "–";
  return typeof cell === "number" && !Number.isInteger(cell) ? cell.toFixed(3) : String(cell);
}

/** Rows as CSV (RFC 4180), with a header. A text that a spreadsheet would run as a formula is quoted by an apostrophe. Pure. */
export function renderCsv(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, ...rows.map((row) => names.map((name) => row[name] ?? ""))];
  return lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(cell: Cell): string {
  const text = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
