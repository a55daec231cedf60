import type { Language } from "../words/dictionary.ts";

/** The words of a zone's label, which the server writes in French. */
const english: readonly (readonly [RegExp, string])[] = [
  [/ et ([\d,]+) km autour/g, " and $1 km around"],
  [/^toute la France/, "all of France"],
  [/(une )?zone dessinée près de /g, "an area drawn near "],
  [/une zone dessinée/g, "an area that was drawn"],
  [/ et (\d+) autres?/g, " and $1 more"],
  [/ cercles dont /g, " circles, among them "],
  [/ communes dont /g, " communes, among them "],
  [/ codes postaux dont /g, " postal codes, among them "],
  [/ départements dont /g, " départements, among them "],
  [/ régions dont /g, " regions, among them "],
  [/ zones dessinées dont /g, " areas drawn, among them "],
  [/ sauf /g, " except "],
];

/** A zone's label ("Limoges et 10 km autour") in a language. Pure. */
export function zoneText(label: string, language: Language): string {
  if (language === "fr") return label;
  const told = english.reduce((text, [words, other]) => text.replace(words, other), label);
  return told.replace(/(\d),(\d)(?=\d? km)/g, "$1.$2");
}
