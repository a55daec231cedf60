import type { ReportColumn } from "./reportColumns.ts";
import type { Report, ReportValue } from "./reportRows.ts";

/**
 * A report as CSV (RFC 4180, CRLF, with a byte order mark so that spreadsheets read accents): commas and points in English,
 * semicolons and decimal commas in French, as spreadsheets of each language expect. Texts that a spreadsheet would run as a
 * formula get an apostrophe before them. The last line sums all rows.
 */
export function reportToCsv(
  { columns, rows, totals }: Pick<Report, "columns" | "rows" | "totals">,
  language: "fr" | "en",
): string {
  const separator = language === "fr" ? ";" : ",";
  const line = (values: readonly string[]) => `${values.join(separator)}\r\n`;
  const header = line(columns.map((column) => quote(column[language])));
  const body = rows.map((row) =>
    line(columns.map((column) => cellOf(column, row[column.name] ?? null, language))),
  );
  const last = line(
    columns.map((column, index) =>
      column.name in totals
        ? cellOf(column, totals[column.name] ?? null, language)
        : index === 0
          ? "Total"
          : "",
    ),
  );
  return `\uFEFF${header}${body.join("")}${last}`;
}

function cellOf({ type }: ReportColumn, value: ReportValue, language: "fr" | "en"): string {
  if (value === null) return "";
  if (typeof value === "number") {
    const text = String(value);
    return language === "fr" && type === "decimal" ? text.replace(".", ",") : text;
  }
  return quote(harmless(value));
}

/** Excel, LibreOffice and Google run what begins so, tabs and line ends before it included (OWASP, CSV injection). */
function harmless(text: string): string {
  return /^[\s\0]*[=+\-@\t\r\n|%＝＋－＠]/u.test(text) ? `'${text}` : text;
}

function quote(text: string): string {
  return /[",;\r\n\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
