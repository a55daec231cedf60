/** The audiences of the demo, with the page categories that reveal them. Names are what a shopkeeper reads. */
export interface DemoSegment {
  readonly slug: string;
  readonly name: string;
  /** Browsing these categories raises the score. */
  readonly categories: readonly string[];
}

export const demoSegments: readonly DemoSegment[] = [
  { slug: "auto-acheteur", name: "Cherche une voiture", categories: ["vehicules/voitures"] },
  {
    slug: "auto-entretien",
    name: "Fait entretenir sa voiture",
    categories: ["vehicules/equipement-auto", "vehicules/utilitaires"],
  },
  { slug: "moto-passion", name: "Aime la moto", categories: ["vehicules/motos"] },
  {
    slug: "evasion",
    name: "Part en camping-car ou en location",
    categories: ["vehicules/caravaning", "vacances/locations"],
  },
  {
    slug: "permis-conduire",
    name: "Prépare le permis",
    categories: ["services/cours-particuliers", "vehicules/voitures-sans-permis"],
  },
  { slug: "immo-acheteur", name: "Cherche à acheter", categories: ["immobilier/ventes"] },
  { slug: "immo-locataire", name: "Cherche une location", categories: ["immobilier/locations"] },
  {
    slug: "demenagement",
    name: "Va déménager",
    categories: ["immobilier/locations", "immobilier/ventes", "maison/electromenager"],
  },
  {
    slug: "travaux-toiture",
    name: "Travaux de toiture",
    categories: ["services/toiture", "maison/bricolage"],
  },
  {
    slug: "travaux-interieur",
    name: "Rénove son intérieur",
    categories: ["maison/bricolage", "maison/decoration"],
  },
  {
    slug: "chauffage-energie",
    name: "Change de chauffage",
    categories: ["services/chauffage", "maison/electromenager"],
  },
  { slug: "jardin-exterieur", name: "Aménage son jardin", categories: ["maison/jardin"] },
  {
    slug: "piscine-baignade",
    name: "Projet de piscine",
    categories: ["maison/piscine", "maison/jardin"],
  },
  { slug: "ameublement", name: "Cherche des meubles", categories: ["maison/ameublement"] },
  {
    slug: "informatique",
    name: "Équipe son bureau",
    categories: ["multimedia/informatique", "multimedia/telephonie"],
  },
  { slug: "velo-mobilite", name: "Roule à vélo", categories: ["loisirs/velos"] },
  { slug: "lecture", name: "Aime lire", categories: ["loisirs/livres"] },
  { slug: "sport", name: "Fait du sport", categories: ["loisirs/sports"] },
  { slug: "animaux", name: "Vit avec un animal", categories: ["animaux"] },
  { slug: "mode", name: "Cherche des vêtements", categories: ["mode/vetements"] },
  { slug: "bebe-famille", name: "Jeunes parents", categories: ["famille/equipement-bebe"] },
  {
    slug: "fetes-cadeaux",
    name: "Prépare une fête",
    categories: ["services/evenements", "mode/bijoux"],
  },
];

/** Every page category that the demo's visitors browse. */
export const demoCategories: readonly string[] = [
  ...new Set(demoSegments.flatMap((segment) => segment.categories)),
].sort();
