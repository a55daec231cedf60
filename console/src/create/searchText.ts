/**
 * What to look up of what was written: of an address its end ("12 rue des Arènes, 87000 Limoges" → "87000 Limoges"), as
 * the table knows communes and postal codes, not streets; else all of it. At most 80 characters. Pure.
 */
export function searchText(written: string): string {
  const text = written.trim().replace(/\s+/g, " ");
  return (endOfAddress(text) ?? text).slice(0, mostCharacters).trim();
}

const mostCharacters = 80;

/** Null = this is no address, but a name or a code. */
function endOfAddress(text: string): string | null {
  const [, before = "", end = ""] = /^(.*?)[\s,]*(\d{5}\b.*)$/.exec(text) ?? [];
  if (before !== "" && end !== "") return end.replace(/,/g, " ");
  const last = /^\d+.*,\s*([^,\d]+)$/.exec(text)?.[1];
  return last?.trim() ?? null;
}

/** What was written when it says more than the place: a street; null = it does not. Pure. */
export function addressIn(written: string): string | null {
  const text = written.trim().replace(/\s+/g, " ");
  return endOfAddress(text) === null ? null : text.slice(0, 200);
}
