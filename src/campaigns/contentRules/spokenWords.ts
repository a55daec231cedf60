/**
 * A text as words without accents and signs, one space around each: " l abus d alcool ". Pure; linear in the text.
 */
export function foldWords(text: string): string {
  const words = text
    .replace(/œ/gi, "oe")
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
  return ` ${words} `;
}

/**
 * Whether folded words say a phrase: "vin" finds "vin" and "vins", not "vingt"; "cigar*" finds "cigarettes"; "=bar" is the
 * whole text in `trade`s, and there and elsewhere a word that has no plural. Pure.
 */
export function says(folded: string, phrase: string, isTrade = false): boolean {
  if (phrase.endsWith("*")) return folded.includes(` ${phrase.slice(0, -1)}`);
  if (phrase.startsWith("=")) {
    const word = ` ${phrase.slice(1)} `;
    return isTrade ? folded === word : folded.includes(word);
  }
  return folded.includes(` ${phrase} `) || folded.includes(` ${phrase}s `);
}
