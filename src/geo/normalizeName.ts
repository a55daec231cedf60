/**
 * A name as people type it, reduced to what they agree on: lower case, no accents, hyphens or apostrophes,
 * "st"/"ste" spelt out, ordinals as plain numbers ("1er", "5ème" → "1", "5"). "Saint-Étienne" → "saint etienne".
 */
export function normalizeName(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/œ/g, "oe")
    .replace(/æ/g, "ae")
    .replace(/[^a-z0-9]+/g, " ")
    .trim()
    .replace(/\bst\b/g, "saint")
    .replace(/\bste\b/g, "sainte")
    .replace(/\b(\d+)(?:er|e|eme|ieme)\b/g, "$1");
}
