const combiningMarks = /[\u0300-\u036f]/g;
const plainLowerCase = /^[a-z0-9][a-z0-9 -]*$/;

/**
 * The form in which keywords are compared: lower case, without accents, blanks trimmed and single.
 * "  Clio  Électrique" and "clio electrique" are one keyword.
 */
export function normalizeKeyword(keyword: string): string {
  const trimmed = keyword.trim();
  if (plainLowerCase.test(trimmed) && !trimmed.includes("  ")) return trimmed;
  return trimmed.normalize("NFD").replace(combiningMarks, "").toLowerCase().replace(/\s+/g, " ");
}
