/** A visitor whom the documentation and the demo page call by name. */
export interface Persona {
  readonly visitorId: string;
  /** What the demo page says of them, in French. */
  readonly story: string;
  readonly homeInseeCode: string;
  readonly profile: string;
  readonly views: Readonly<Record<string, number>>;
}

export const personas: readonly Persona[] = [
  {
    visitorId: "v-123",
    story: "habite Limoges et cherche une voiture",
    homeInseeCode: "87085",
    profile: "jeune famille",
    views: { "vehicules/voitures": 60, "vehicules/equipement-auto": 4, "maison/ameublement": 2 },
  },
  {
    visitorId: "v-toiture",
    story: "habite près de Brive et doit refaire son toit",
    homeInseeCode: "19031",
    profile: "propriétaire",
    views: { "services/toiture": 40, "maison/bricolage": 25, "maison/jardin": 5 },
  },
  {
    visitorId: "v-velo",
    story: "habite Rennes et roule à vélo",
    homeInseeCode: "35238",
    profile: "urbain",
    views: { "loisirs/velos": 50, "loisirs/sports": 12, "mode/vetements": 6 },
  },
  {
    visitorId: "v-jardin",
    story: "habite Saint-Denis de La Réunion et aménage son jardin",
    homeInseeCode: "97411",
    profile: "propriétaire",
    views: { "maison/jardin": 45, "maison/piscine": 12, animaux: 6 },
  },
  {
    visitorId: "v-demenage",
    story: "quitte Lille pour une location à Nantes",
    homeInseeCode: "59350",
    profile: "étudiant",
    views: { "immobilier/locations": 55, "maison/electromenager": 15, "maison/ameublement": 14 },
  },
  {
    visitorId: "v-bebe",
    story: "attend un enfant à Ajaccio",
    homeInseeCode: "2A004",
    profile: "jeune famille",
    views: { "famille/equipement-bebe": 40, "maison/decoration": 12, "services/evenements": 5 },
  },
];

/** A visitor id that nobody has a score for. */
export const unscoredVisitorId = "v-anonyme";
