import type { Pictogram } from "../pictograms.ts";

/** A category of the town's listings; the page's category that ads are asked with is its code. */
export interface TownCategory {
  readonly code: string;
  readonly fr: string;
  readonly en: string;
  readonly pictogram: Pictogram;
  /** Euros. */
  readonly prices: readonly [number, number];
  /** What is for sale, as people write it. */
  readonly titles: readonly string[];
}

const category = (
  code: string,
  names: readonly [string, string],
  pictogram: Pictogram,
  prices: readonly [number, number],
  titles: readonly string[],
): TownCategory => ({ code, fr: names[0], en: names[1], pictogram, prices, titles });

export const townCategories: readonly TownCategory[] = [
  category(
    "vehicules/voitures",
    ["Voitures", "Cars"],
    "car",
    [1_900, 14_500],
    [
      "Citadine essence 2017, révision faite",
      "Break diesel, attelage, 148 000 km",
      "Petite voiture idéale jeune conducteur",
      "Familiale 7 places, climatisation",
      "Compacte hybride 2021, première main",
      "Utilitaire deux places, contrôle technique vierge",
    ],
  ),
  category(
    "immobilier/ventes",
    ["Maisons à vendre", "Homes for sale"],
    "house",
    [68_000, 245_000],
    [
      "Maison de bourg avec jardin clos",
      "Longère à rafraîchir, 2 400 m² de terrain",
      "Appartement trois pièces, balcon au sud",
      "Pavillon de plain-pied, trois chambres",
      "Grange à aménager, toiture neuve",
    ],
  ),
  category(
    "immobilier/locations",
    ["Locations", "To let"],
    "key",
    [320, 890],
    [
      "Studio meublé près des facultés",
      "Deux pièces au calme, cave et parking",
      "Maison avec cour, deux chambres",
      "Chambre chez l'habitant",
    ],
  ),
  category(
    "maison/ameublement",
    ["Meubles", "Furniture"],
    "sofa",
    [15, 640],
    [
      "Table de ferme en chêne, six couverts",
      "Canapé trois places, velours côtelé",
      "Armoire limousine en merisier",
      "Lot de quatre chaises bistrot",
      "Buffet années cinquante, à restaurer",
    ],
  ),
  category(
    "maison/jardin",
    ["Jardin", "Garden"],
    "leaf",
    [8, 480],
    [
      "Tondeuse autoportée, révisée",
      "Bois de chauffage sec, chêne, le stère",
      "Salon de jardin en teck",
      "Plants de fraisiers et rhubarbe",
      "Serre tunnel, 18 m²",
    ],
  ),
  category(
    "loisirs/velos",
    ["Vélos", "Bicycles"],
    "bike",
    [60, 1_450],
    [
      "Vélo de ville, sept vitesses",
      "VTT 29 pouces, freins hydrauliques",
      "Vélo à assistance électrique, 80 km d'autonomie",
      "Vélo enfant 20 pouces",
      "Randonneuse acier, sacoches comprises",
    ],
  ),
  category(
    "services/evenements",
    ["Fêtes et mariages", "Parties and weddings"],
    "cake",
    [40, 900],
    [
      "Location de vaisselle pour cent personnes",
      "Barnum 6 × 12 m, montage compris",
      "Faire-part et menus calligraphiés",
      "Robe de mariée, taille 40",
    ],
  ),
  category(
    "multimedia/informatique",
    ["Informatique", "Computers"],
    "screen",
    [35, 780],
    [
      "Ordinateur portable 14 pouces, 16 Go",
      "Écran 27 pouces, pied réglable",
      "Imprimante laser, toner neuf",
      "Tablette 10 pouces avec étui",
    ],
  ),
  category(
    "famille/equipement-bebe",
    ["Enfants", "Children"],
    "spark",
    [5, 260],
    [
      "Poussette compacte, très bon état",
      "Lit évolutif et matelas",
      "Lot de vêtements 18 mois",
      "Vélo draisienne en bois",
    ],
  ),
  category(
    "animaux",
    ["Animaux", "Animals"],
    "paw",
    [0, 120],
    [
      "Poules rousses, prêtes à pondre",
      "Clapier double, fait maison",
      "Niche isolée pour grand chien",
      "Aquarium 120 litres équipé",
    ],
  ),
];

export const categoryOf = (code: string | undefined): TownCategory | null =>
  townCategories.find((one) => one.code === code) ?? null;
