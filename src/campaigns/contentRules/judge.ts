import type { FieldProblem } from "../../errors.ts";
import type { ContentCode, ContentRestriction, ContentRule } from "./contentRule.ts";
import { co2ClassMention, contentRules } from "./rules.ts";
import { foldWords, says } from "./spokenWords.ts";

/** What decides which rules a campaign is under. */
export interface ContentFacts {
  /** The advertiser's trade. */
  readonly trade: string;
  /** Codes that the campaign names itself. */
  readonly contentCategories: readonly string[];
  /** "A" to "G"; null = not told. */
  readonly co2Class: string | null;
  /** Codes for which an operator has seen the advertiser's licence. */
  readonly licences: readonly string[];
}

/** The rules that a campaign is under: by the trade of its shop, and by what it says of itself. Pure. */
export function rulesOf({ trade, contentCategories }: ContentFacts): readonly ContentRule[] {
  const folded = foldWords(trade);
  return contentRules.filter(
    (rule) =>
      contentCategories.includes(rule.code) ||
      rule.trades.some((phrase) => says(folded, phrase, true)),
  );
}

/** What may not be advertised at all by this shop; null = nothing. */
export function banOf(facts: ContentFacts): ContentRule | null {
  return rulesOf(facts).find((rule) => isBanned(rule, facts)) ?? null;
}

function isBanned({ verdict, code }: ContentRule, { licences }: ContentFacts): boolean {
  return verdict === "banned" || (verdict === "licensed" && !licences.includes(code));
}

/** What must be read in every ad of a campaign: each a text, or several of which one is shown in turn. Pure. */
export function mentionsOf(facts: ContentFacts): readonly (readonly string[])[] {
  return rulesOf(facts).flatMap(({ mentions, restrictions }) =>
    restrictions.includes("co2_class") && facts.co2Class !== null
      ? [...mentions, [co2ClassMention(facts.co2Class)]]
      : mentions,
  );
}

/** Categories of pages that the law keeps a campaign's ads from. Pure. */
export function avoidedCategoriesOf(facts: ContentFacts): readonly string[] {
  return [...new Set(rulesOf(facts).flatMap(({ avoidedCategories }) => avoidedCategories))];
}

/** Subjects that a text may be about and that the facts do not name: a person looks. Pure; linear in the text. */
export function flagsOf(text: string, facts: ContentFacts): readonly string[] {
  const folded = foldWords(text);
  const known = new Set(rulesOf(facts).map(({ code }) => code));
  return contentRules
    .filter(({ code, hints }) => !known.has(code) && hints.some((hint) => says(folded, hint)))
    .map(({ code }) => code);
}

/** What of a campaign the rules speak of. */
export interface JudgedCampaign {
  readonly zone: { readonly exclude: readonly unknown[] };
  readonly audience: readonly { readonly segment?: string | undefined }[];
  readonly categories: { readonly include: readonly string[] };
  readonly keywords: { readonly include: readonly string[]; readonly exclude: readonly string[] };
}

/** Everything that the rules refuse of a campaign, each with its field and its rule. Pure. */
export function contentProblems(
  campaign: JudgedCampaign,
  facts: ContentFacts,
): readonly FieldProblem[] {
  const problems = rulesOf(facts).flatMap((rule) => [
    ...banProblems(rule, facts),
    ...rule.restrictions.flatMap((restriction) =>
      restrictionProblems[restriction](campaign, facts).map(({ pointer, rule: text }) => ({
        pointer,
        rule: `${rule.code}: ${text}`,
      })),
    ),
  ]);
  const isNew = facts.contentCategories.includes("new_cars");
  return isNew || facts.co2Class === null
    ? problems
    : [...problems, { pointer: "/co2Class", rule: "is for campaigns of new_cars" }];
}

function banProblems(rule: ContentRule, facts: ContentFacts): readonly FieldProblem[] {
  if (!isBanned(rule, facts)) return [];
  const named = facts.contentCategories.indexOf(rule.code);
  const pointer = named < 0 ? "/advertiserId" : `/contentCategories/${named}`;
  const what = rule.verdict === "banned" ? "is not advertised here" : "needs a licence";
  return [{ pointer, rule: `${rule.code}: ${what} (${rule.source})` }];
}

type Problems = (campaign: JudgedCampaign, facts: ContentFacts) => readonly FieldProblem[];

const nothing: Problems = () => [];

/** Words that stand for an age, or for one end of life, folded. */
const ageWords = [
  "jeune",
  "etudiant",
  "etudiante",
  "senior",
  "retraite",
  "retraitee",
  "ado",
  "adolescent",
  "ans",
  "age",
  "vieux",
  "=bebe",
];
const youngWords = [
  "enfant",
  "ado",
  "adolescent",
  "bebe",
  "collegien",
  "lyceen",
  "etudiant",
  "jeune",
  "jouet",
  "jeux video",
  "mineur",
];

const saysAny = (text: string, phrases: readonly string[]): boolean =>
  phrases.some((phrase) => says(foldWords(text), phrase));

const wordProblems = (
  list: readonly string[],
  pointer: string,
  phrases: readonly string[],
  rule: string,
): readonly FieldProblem[] =>
  list.flatMap((text, index) =>
    saysAny(text, phrases) ? [{ pointer: `${pointer}/${index}`, rule }] : [],
  );

const restrictionProblems: Readonly<Record<ContentRestriction, Problems>> = {
  no_audience: ({ audience }) =>
    audience.length === 0 ? [] : [{ pointer: "/audience", rule: "must not choose an audience" }],
  no_exclusions: ({ zone }) =>
    zone.exclude.length === 0
      ? []
      : [
          {
            pointer: "/zone/exclude",
            rule: "must not leave out communes, postal codes or other areas",
          },
        ],
  no_age_words: ({ keywords }) =>
    (["include", "exclude"] as const).flatMap((side) =>
      wordProblems(keywords[side], `/keywords/${side}`, ageWords, "must not stand for an age"),
    ),
  no_minors: ({ keywords, categories, audience }) => {
    const rule = "must not address minors";
    const segments = audience.map(({ segment = "" }) => segment);
    return [
      ...wordProblems(keywords.include, "/keywords/include", youngWords, rule),
      ...wordProblems(categories.include, "/categories/include", [...youngWords, "famille"], rule),
      ...wordProblems(segments, "/audience", youngWords, rule),
    ];
  },
  no_intrusion: nothing,
  co2_class: (_campaign, { co2Class }) =>
    co2Class === null ? [{ pointer: "/co2Class", rule: "is required" }] : [],
};

/** AdCOM's attributes of ads that play sound, expand or pop up by themselves. */
const intrusive: readonly number[] = [1, 3, 6, 8];

/** What the rules refuse of a creative of a campaign. Pure. */
export function creativeContentProblems(
  { attributes }: { readonly attributes: readonly number[] },
  facts: ContentFacts,
): readonly FieldProblem[] {
  const rules = rulesOf(facts);
  const bans = rules
    .filter((rule) => isBanned(rule, facts))
    .map(({ code, source }) => ({
      pointer: "/campaignId",
      rule: `${code}: is not advertised here (${source})`,
    }));
  const strict = rules.find(({ restrictions }) => restrictions.includes("no_intrusion"));
  if (strict === undefined) return bans;
  const refused = attributes.flatMap((attribute, index) =>
    intrusive.includes(attribute)
      ? [
          {
            pointer: `/attributes/${index}`,
            rule: `${strict.code}: must not play, expand or pop up by itself`,
          },
        ]
      : [],
  );
  return [...bans, ...refused];
}

/** Codes of subjects that an operator may license. */
export const licensedCodes: readonly ContentCode[] = contentRules
  .filter(({ verdict }) => verdict === "licensed")
  .map(({ code }) => code);
