/** What nobody may advertise here, or only after a person has looked at it. */
export interface ProhibitedCategory {
  readonly code: string;
  /** "banned": never. "restricted": only where the law's conditions are met, which a person must check. */
  readonly kind: "banned" | "restricted";
  readonly fr: string;
  readonly en: string;
  /** Beginnings of words, without accents, that make a text suspect. They accuse nobody: a person decides. */
  readonly words: readonly string[];
}

type Row = readonly [
  code: string,
  kind: ProhibitedCategory["kind"],
  fr: string,
  en: string,
  words: string,
];

const rows: readonly Row[] = [
  [
    "tobacco",
    "banned",
    "Tabac et vapotage",
    "Tobacco and vaping",
    "tabac cigar vapot puff nicotine chicha snus",
  ],
  [
    "weapons",
    "banned",
    "Armes et munitions",
    "Weapons and ammunition",
    "munition fusil pistolet carabine revolver explosif",
  ],
  [
    "drugs",
    "banned",
    "Stupéfiants et CBD à fumer",
    "Drugs and smokable CBD",
    "cannabis cbd thc cocaine stupefiant poppers",
  ],
  [
    "adult",
    "banned",
    "Pornographie et prostitution",
    "Pornography and prostitution",
    "porno escort xxx libertin sextoy",
  ],
  ["counterfeit", "banned", "Contrefaçon", "Counterfeits", "contrefacon replique"],
  [
    "political",
    "banned",
    "Publicité politique (règlement UE 2024/900)",
    "Political advertising (EU 2024/900)",
    "election votez referendum municipales",
  ],
  [
    "gambling",
    "restricted",
    "Jeux d'argent (agrément ANJ)",
    "Gambling (ANJ licence)",
    "casino poker parier pariez bookmaker roulette jackpot",
  ],
  [
    "alcohol",
    "restricted",
    "Alcool (loi Évin)",
    "Alcohol (Évin law)",
    "alcool vin biere whisky rhum vodka pastis champagne spiritueux",
  ],
  [
    "credit",
    "restricted",
    "Crédit (mentions obligatoires)",
    "Credit (mandatory mentions)",
    "credit emprunt rachat leasing loa",
  ],
  [
    "health",
    "restricted",
    "Médicaments et dispositifs de santé",
    "Medicines and health devices",
    "medicament ordonnance guerison botox minceur maigrir antidouleur",
  ],
  [
    "crypto",
    "restricted",
    "Placements et crypto-actifs",
    "Investments and crypto assets",
    "crypto bitcoin forex trading placement",
  ],
  ["clairvoyance", "restricted", "Voyance", "Clairvoyance", "voyance voyant marabout"],
];

export const prohibitedCategories: readonly ProhibitedCategory[] = rows.map(
  ([code, kind, fr, en, words]) => ({ code, kind, fr, en, words: words.split(" ") }),
);

/**
 * The codes of the categories that a text may be about. Words of up to four letters must stand alone ("vin" is not
 * "vingt"), longer ones may go on ("cigar" finds "cigarettes"). Pure; linear in the text.
 */
export function suspectCategories(text: string): readonly string[] {
  const words = new Set(
    text
      .normalize("NFD")
      .replace(/\p{Mn}/gu, "")
      .toLowerCase()
      .split(/[^a-z0-9]+/),
  );
  const isSaid = (suspect: string): boolean =>
    suspect.length <= 4
      ? words.has(suspect) || words.has(`${suspect}s`)
      : [...words].some((word) => word.startsWith(suspect));
  return prohibitedCategories.filter((it) => it.words.some(isSaid)).map(({ code }) => code);
}
