/**
 * French needs the right little word before a place: "d'Angers", "du Mans", "des Abymes", "à La Rochelle", "aux Abymes".
 * These functions work on official commune names ("Le Mans", "L'Haÿ-les-Roses").
 */

/** Town names whose h is mute in usage ("d'Hyères"); other h's are treated as aspirated ("de Honfleur"). */
const muteH =
  /^(Hyères|Hendaye|Héri|Hérou|Hénin|Hennebont|Herb|Hirson|Hosseg|Houplines|Hautmont|Hazebrouck|Halluin|Hasparren|Haubourdin)/;
/** A y or "ou" that sounds like a consonant takes no elision ("de Yutz", "de Ouangani"). */
const consonantStart = /^(Y[aàeéèioôuœ](?!rres)|Ouangani|Ouvéa|Ouégoa|Uhart)/i;
const vowelStart = /^[aàâäeéèêëiîïoôöuùûüyœæ]/i;

/** True when "de" and "le" lose their vowel before the word: "Angers", "Yvetot", "Hyères", not "Honfleur" or "Yutz". */
export function isElidedBefore(word: string): boolean {
  return muteH.test(word) || (vowelStart.test(word) && !consonantStart.test(word));
}

/** "d'Angers", "de Limoges", "du Mans", "des Abymes", "de La Rochelle", "de L'Haÿ-les-Roses". */
export function ofPlace(name: string): string {
  if (name.startsWith("Le ")) return `du ${name.slice(3)}`;
  if (name.startsWith("Les ")) return `des ${name.slice(4)}`;
  return isElidedBefore(name) ? `d'${name}` : `de ${name}`;
}

/** "à Angers", "au Mans", "aux Abymes", "à La Rochelle". */
export function atPlace(name: string): string {
  if (name.startsWith("Le ")) return `au ${name.slice(3)}`;
  if (name.startsWith("Les ")) return `aux ${name.slice(4)}`;
  return `à ${name}`;
}

const locatives: readonly (readonly [string, string])[] = [
  ["dans l'", "01 02 03 07 09 10 11 12 27 34 36 38 60 61 89 91"],
  ["dans le ", "14 15 18 25 29 30 32 39 41 45 46 47 56 59 62 63 67 68 69 81 83 84 90 94 95"],
  ["dans la ", "26 42 50 51 55 58 72 80 86"],
  ["dans les ", "04 05 06 08 13 22 40 64 65 66 78 79 88 92"],
  ["à ", "75 974 975 976 977 978 986"],
];
const locativeByCode = new Map(
  locatives.flatMap(([locative, codes]) =>
    codes.split(" ").map((code) => [code, locative] as const),
  ),
);

/** "en Haute-Vienne", "dans l'Ain", "dans les Landes", "à Paris", "en Guadeloupe". Takes the code and the official name. */
export function insideDepartement(code: string, name: string): string {
  return `${locativeByCode.get(code) ?? "en "}${name}`;
}
