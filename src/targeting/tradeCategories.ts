/**
 * What trades are about, as far as exchanges and publishers distinguish it, and the words in which French shops say so
 * (lower case, without accents). Finer than the lists of categories that exchanges use, so that each of these lists can be
 * written in it. The trades that many publishers refuse (alcohol, tobacco, gambling, credit, health) are kept apart.
 */
const words = {
  roofing: ["couvreur", "couverture", "toiture", "zingueur", "charpentier", "charpente"],
  plumbing: ["plombier", "plomberie", "sanitaire"],
  electrical: ["electricien", "electricite", "domotique"],
  heating: [
    "chauffagiste",
    "chauffage",
    "climatisation",
    "ramoneur",
    "ramonage",
    "poele",
    "cheminee",
  ],
  joinery: [
    "menuisier",
    "menuiserie",
    "ebeniste",
    "fenetres",
    "vitrier",
    "vitrerie",
    "veranda",
    "parquet",
  ],
  painting: ["peintre en batiment", "peintre", "peinture", "decorateur", "plaquiste", "platrier"],
  masonry: [
    "macon",
    "maconnerie",
    "terrassement",
    "carreleur",
    "carrelage",
    "facadier",
    "batiment",
    "renovation",
  ],
  kitchens: ["cuisiniste", "cuisines", "salles de bains", "salle de bains"],
  bakery: ["boulangerie", "boulanger"],
  pastry: ["patisserie", "patissier", "chocolaterie", "chocolatier", "confiserie", "glacier"],
  restaurant: [
    "restaurant",
    "brasserie",
    "creperie",
    "bistrot",
    "auberge",
    "salon de the",
    "cafe",
    "kebab",
    "sushi",
  ],
  pizzeria: ["pizzeria", "pizza"],
  catering: ["traiteur"],
  food_shop: [
    "boucherie",
    "boucher",
    "charcuterie",
    "poissonnerie",
    "fromagerie",
    "primeur",
    "maraicher",
    "torrefacteur",
  ],
  grocery: ["epicerie", "superette", "supermarche", "alimentation", "producteur", "ferme", "amap"],
  wine_shop: [
    "caviste",
    "vins",
    "vigneron",
    "domaine viticole",
    "spiritueux",
    "brasseur",
    "distillerie",
  ],
  bar: ["bar", "pub", "discotheque", "bar a vins"],
  tobacconist: ["tabac", "buraliste", "cigarette electronique", "cigarettes", "vape", "vapotage"],
  landscaping: ["paysagiste", "elagueur", "elagage", "jardinier"],
  pools: ["pisciniste", "piscine", "piscines", "spas"],
  garden_centre: ["jardinerie", "pepiniere", "pepinieriste", "motoculture"],
  moving: ["demenageur", "demenagement", "garde-meubles", "self-stockage"],
  locksmith: ["serrurier", "serrurerie", "alarmes"],
  home_help: [
    "service a domicile",
    "services a domicile",
    "aide a domicile",
    "menage",
    "repassage",
  ],
  cleaning: ["nettoyage", "pressing", "blanchisserie", "laverie"],
  real_estate: ["agence immobiliere", "immobilier", "promoteur", "syndic", "diagnostiqueur"],
  hairdresser: ["coiffeur", "coiffure", "barbier"],
  beauty: [
    "institut de beaute",
    "estheticienne",
    "esthetique",
    "onglerie",
    "parfumerie",
    "spa",
    "massage",
  ],
  tattoo: ["tatoueur", "tatouage", "piercing"],
  pet_grooming: ["toiletteur", "toilettage"],
  pet_boarding: ["pension pour animaux", "pension canine", "educateur canin", "chenil"],
  pet_shop: ["animalerie"],
  vet: ["veterinaire"],
  photography: ["photographe", "photo"],
  gym: ["salle de sport", "fitness", "coach sportif", "yoga", "pilates", "danse", "club de sport"],
  tutoring: ["cours particuliers", "soutien scolaire"],
  school: ["ecole", "formation", "centre de formation", "lycee", "universite", "cours de musique"],
  childcare: ["creche", "micro-creche", "garde d'enfants", "assistante maternelle"],
  campers: ["camping-cars et location", "camping-cars", "camping-car", "caravanes"],
  campsite: ["camping"],
  hotel: ["hotel", "chambres d'hotes", "gite", "gites"],
  travel_agency: ["agence de voyages", "voyages", "autocariste"],
  florist: ["fleuriste", "fleurs"],
  furniture: [
    "magasin de meubles",
    "meubles",
    "ameublement",
    "literie",
    "cuisine et maison",
    "decoration",
    "luminaires",
  ],
  antiques: ["brocante", "brocanteur", "antiquaire", "depot-vente", "galerie"],
  optician: ["opticien", "optique", "audioprothesiste"],
  bookshop: ["librairie", "libraire", "papeterie", "presse", "disquaire"],
  computers: ["informatique", "depannage informatique", "developpeur", "webmaster"],
  electronics: ["electromenager", "telephonie", "reparation de telephones", "hifi"],
  hardware_store: ["quincaillerie", "bricolage", "droguerie", "outillage"],
  clothing: [
    "vetements",
    "pret-a-porter",
    "mode",
    "friperie",
    "couturiere",
    "retouches",
    "lingerie",
  ],
  shoes: ["chaussures", "cordonnerie", "cordonnier", "maroquinerie"],
  jewellery: ["bijouterie", "bijoutier", "joaillerie", "horlogerie", "horloger"],
  toys: ["jouets et puericulture", "jouets", "puericulture", "jeux de societe"],
  sports_shop: ["magasin de sport", "articles de sport", "equitation", "ski", "surf", "peche"],
  car_repair: ["garage", "garagiste", "mecanicien", "pneus", "controle technique", "lavage auto"],
  car_sales: [
    "voitures d'occasion",
    "concessionnaire",
    "concession automobile",
    "automobile",
    "automobiles",
    "mandataire auto",
  ],
  car_rental: ["location de voitures", "location de vehicules"],
  motorcycles: ["moto et scooter", "moto", "motos", "scooter", "scooters"],
  driving_school: ["auto-ecole", "moto-ecole"],
  body_shop: ["carrossier", "carrosserie"],
  bicycles: ["velos", "velo", "cycles"],
  taxi: ["taxi", "vtc", "ambulance"],
  insurance: ["assurance", "assurances", "assureur", "courtier en assurances", "mutuelle"],
  banking: [
    "banque",
    "credit",
    "courtier en credit",
    "rachat de credits",
    "bureau de change",
    "courtier",
    "achat d'or",
  ],
  legal: ["avocat", "notaire", "huissier", "commissaire de justice"],
  accounting: ["expert-comptable", "comptable", "comptabilite", "fiscaliste"],
  pharmacy: ["pharmacie", "parapharmacie"],
  medical: [
    "medecin",
    "dentiste",
    "kinesitherapeute",
    "osteopathe",
    "infirmier",
    "infirmiere",
    "psychologue",
    "laboratoire",
    "clinique",
    "naturopathe",
    "hypnotherapeute",
    "dieteticien",
    "materiel medical",
  ],
  funeral: ["pompes funebres", "marbrerie"],
  printing: ["imprimerie", "imprimeur", "enseignes", "communication"],
  leisure: [
    "cinema",
    "theatre",
    "bowling",
    "escape game",
    "parc de loisirs",
    "musee",
    "karting",
    "accrobranche",
  ],
  gambling: ["casino", "jeux d'argent", "paris sportifs", "poker"],
  dating: ["rencontres", "agence matrimoniale"],
  esoteric: ["voyance", "voyant", "voyante", "astrologue", "medium", "tarologue"],
  weapons: ["armurerie", "armurier", "chasse", "coutellerie"],
  adult: ["sex-shop", "sexshop", "boutique erotique"],
  /** Whatever no word of the trade tells. */
  local_business: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TradeCategory = keyof typeof words;

/** All of them; snapshots hold their numbers. */
export const tradeCategories = Object.keys(words) as readonly TradeCategory[];

const byWord: ReadonlyMap<string, TradeCategory> = new Map(
  tradeCategories.flatMap((category) =>
    words[category].map((word): [string, TradeCategory] => [word, category]),
  ),
);

/** Longer names are tried first: "camping-car" before "camping". */
const longestWord = Math.max(...[...byWord.keys()].map((word) => word.split(/[ -]/).length));

/**
 * What a trade is about, by the first name of one within it: "Couvreur-zingueur", "boulangerie artisanale" and "SARL de
 * plomberie" are known. Never fails: of a trade in other words nothing is known but that it is a local business.
 */
export function categoryOfTrade(trade: string): TradeCategory {
  const plain = trade.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/’/g, "'");
  const known = byWord.get(plain);
  if (known !== undefined) return known;
  const parts = plain.split(/([^a-z0-9']+)/);
  for (let from = 0; from < parts.length; from += 2) {
    for (let length = Math.min(2 * longestWord - 1, parts.length - from); length > 0; length -= 2) {
      const found = byWord.get(parts.slice(from, from + length).join(""));
      if (found !== undefined) return found;
    }
  }
  return "local_business";
}
