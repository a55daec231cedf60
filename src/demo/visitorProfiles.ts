import type { DemoPlace } from "./demoTypes.ts";

/** A kind of visitor: how many there are and which pages they open, relative to one another. */
export interface VisitorProfile {
  readonly name: string;
  readonly share: number;
  readonly tastes: Readonly<Record<string, number>>;
}

/** The habits of six kinds of people. Pages that a profile does not name have a small weight of their own. */
export const visitorProfiles: readonly VisitorProfile[] = [
  {
    name: "étudiant",
    share: 12,
    tastes: {
      "immobilier/locations": 8,
      "loisirs/velos": 4,
      "multimedia/informatique": 4,
      "multimedia/telephonie": 3,
      "services/cours-particuliers": 4,
      "mode/vetements": 4,
      "maison/ameublement": 3,
      "loisirs/livres": 2,
    },
  },
  {
    name: "jeune famille",
    share: 18,
    tastes: {
      "famille/equipement-bebe": 7,
      "vehicules/voitures": 5,
      "immobilier/ventes": 5,
      "maison/ameublement": 4,
      "maison/electromenager": 3,
      "maison/decoration": 3,
    },
  },
  {
    name: "propriétaire",
    share: 25,
    tastes: {
      "maison/bricolage": 6,
      "maison/jardin": 5,
      "services/toiture": 3,
      "services/chauffage": 3,
      "maison/piscine": 2,
      "vehicules/voitures": 3,
      "vehicules/equipement-auto": 2,
    },
  },
  {
    name: "retraité",
    share: 18,
    tastes: {
      "maison/jardin": 6,
      "loisirs/livres": 4,
      animaux: 4,
      "vehicules/caravaning": 3,
      "vacances/locations": 3,
      "maison/ameublement": 2,
      "services/toiture": 2,
    },
  },
  {
    name: "urbain",
    share: 15,
    tastes: {
      "loisirs/velos": 5,
      "loisirs/sports": 5,
      "mode/vetements": 4,
      "mode/bijoux": 3,
      "immobilier/locations": 3,
      "services/evenements": 3,
      "multimedia/telephonie": 2,
    },
  },
  {
    name: "passionné de mécanique",
    share: 12,
    tastes: {
      "vehicules/motos": 6,
      "vehicules/voitures": 6,
      "vehicules/equipement-auto": 5,
      "vehicules/utilitaires": 2,
      "vehicules/voitures-sans-permis": 1,
      "loisirs/sports": 2,
    },
  },
];

/** How much a page category is looked at for what it is, by anybody. */
export const everybodysTaste = 0.4;

const villageFactors: Readonly<Record<string, number>> = {
  "maison/jardin": 1.6,
  "services/toiture": 1.5,
  "services/chauffage": 1.4,
  "maison/piscine": 1.3,
  animaux: 1.4,
  "loisirs/velos": 0.5,
  "immobilier/locations": 0.4,
};
const cityFactors: Readonly<Record<string, number>> = {
  "immobilier/locations": 1.8,
  "loisirs/velos": 1.6,
  "mode/vetements": 1.3,
  "maison/jardin": 0.5,
  "maison/piscine": 0.3,
  "services/toiture": 0.3,
};
const tropicalFactors: Readonly<Record<string, number>> = {
  "services/chauffage": 0.05,
  "maison/piscine": 1.6,
  "vehicules/caravaning": 0.2,
};

/** What living there changes in the taste for a page category: 1 = nothing. */
export function placeFactor(category: string, home: DemoPlace): number {
  const size =
    home.population < 2000 ? villageFactors : home.population > 100_000 ? cityFactors : {};
  const isTropical = home.departementCode.length === 3 && home.departementCode !== "975";
  return (size[category] ?? 1) * (isTropical ? (tropicalFactors[category] ?? 1) : 1);
}
