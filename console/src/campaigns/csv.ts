/**
 * Tables as spreadsheets of a language read them: RFC 4180 with CRLF and a byte order mark; semicolons and decimal commas in
 * French, commas and points in English.
 */
export type CsvValue = string | number | null;

export const byteOrderMark = "\uFEFF";

/** One line. Texts that a spreadsheet would run as a formula get an apostrophe before them. Pure. */
export function csvLine(values: readonly CsvValue[], language: "fr" | "en"): string {
  return `${values.map((value) => cellOf(value, language)).join(language === "fr" ? ";" : ",")}\r\n`;
}

function cellOf(value: CsvValue, language: "fr" | "en"): string {
  if (value === null) return "";
  if (typeof value === "number")
    return language === "fr" ? String(value).replace(".", ",") : String(value);
  const harmless = /^\s*[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[";,\r\n\t']/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Micros of a euro as euros and cents. Pure. */
export const eurosOf = (micros: number | null | undefined): number | null =>
  micros === null || micros === undefined ? null : Math.round(micros / 10_000) / 100;
