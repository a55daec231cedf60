import { type ContentRule, plain } from "./contentRule.ts";

const forTheYoung = ["famille", "enfants", "jeunesse", "etudiants", "jeux", "jouets"];

/** What harms, and what heals: the law asks before it may be praised. */
export const goodsRules: readonly ContentRule[] = [
  {
    ...plain,
    code: "political",
    fr: "Publicité politique",
    en: "Political advertising",
    source: "Règlement (UE) 2024/900, art. 3, 5 et 18 : refusée, comme ce règlement le permet",
    verdict: "banned",
    trades: ["parti politique", "candidat", "candidate", "elu", "elue"],
    hints: [
      "election*",
      "electoral*",
      "votez",
      "referendum*",
      "municipales",
      "legislatives",
      "candidat",
      "candidate",
    ],
  },
  {
    ...plain,
    code: "tobacco",
    fr: "Tabac et vapotage",
    en: "Tobacco and vaping",
    source: "Code de la santé publique, art. L. 3512-4 et L. 3513-4",
    verdict: "banned",
    trades: [
      "tabac",
      "buraliste",
      "cigarette electronique",
      "cigarettes",
      "vape",
      "vapotage",
      "vapoteur",
    ],
    hints: ["tabac", "cigar*", "vapot*", "puff", "nicotine", "chicha", "snus", "e liquide"],
  },
  {
    ...plain,
    code: "gambling",
    fr: "Jeux d'argent et de hasard",
    en: "Gambling",
    source:
      "Loi n° 2010-476 du 12 mai 2010, art. 7 ; décret n° 2020-1349 : opérateurs agréés seulement",
    verdict: "licensed",
    mentions: [
      [
        "Les jeux d'argent et de hasard peuvent être dangereux : pertes d'argent, conflits familiaux, addiction… " +
          "Retrouvez nos conseils sur joueurs-info-service.fr (09 74 75 13 13, appel non surtaxé).",
      ],
    ],
    restrictions: ["no_minors"],
    trades: ["casino", "jeux d argent", "paris sportifs", "poker"],
    hints: ["casino", "poker", "paris sportifs", "roulette", "jackpot", "machines a sous"],
    avoidedCategories: forTheYoung,
  },
  {
    ...plain,
    code: "alcohol",
    fr: "Boissons alcooliques",
    en: "Alcoholic drinks",
    source: "Code de la santé publique, art. L. 3323-2 à L. 3323-4 (loi Évin)",
    mentions: [["L'abus d'alcool est dangereux pour la santé, à consommer avec modération."]],
    // Online, but not where the young or sport are at home, and neither intrusive nor interstitial (L. 3323-2, 9°).
    restrictions: ["no_minors", "no_intrusion"],
    trades: [
      "caviste",
      "vin",
      "vigneron",
      "domaine viticole",
      "spiritueux",
      "brasseur",
      "distillerie",
      "=bar",
      "bar a vin",
      "bar a biere",
      "bar a cocktail",
    ],
    hints: [
      "alcool*",
      "vin",
      "biere",
      "whisky",
      "rhum",
      "vodka",
      "pastis",
      "champagne",
      "spiritueux",
      "cocktail",
    ],
    avoidedCategories: [...forTheYoung, "loisirs/sports"],
  },
  {
    ...plain,
    code: "processed_food",
    fr: "Boissons sucrées et produits alimentaires manufacturés",
    en: "Sweetened drinks and manufactured food",
    source: "Code de la santé publique, art. L. 2133-1 ; arrêté du 27 février 2007",
    mentions: [
      [
        "Pour votre santé, mangez au moins cinq fruits et légumes par jour. www.mangerbouger.fr",
        "Pour votre santé, pratiquez une activité physique régulière. www.mangerbouger.fr",
        "Pour votre santé, évitez de manger trop gras, trop sucré, trop salé. www.mangerbouger.fr",
        "Pour votre santé, évitez de grignoter entre les repas. www.mangerbouger.fr",
      ],
    ],
    trades: ["confiserie", "fast food"],
    hints: ["soda", "limonade", "chips", "bonbon", "confiserie*", "boisson energisante", "burger"],
  },
  {
    ...plain,
    code: "medicine",
    fr: "Médicaments",
    en: "Medicines",
    source: "Code de la santé publique, art. L. 5122-1 à L. 5122-9 : visa de l'ANSM",
    verdict: "licensed",
    mentions: [
      [
        "Ceci est un médicament. Lisez attentivement la notice. Demandez conseil à votre pharmacien. " +
          "Si les symptômes persistent, consultez votre médecin.",
      ],
    ],
    hints: [
      "medicament*",
      "ordonnance",
      "antidouleur",
      "paracetamol",
      "ibuprofene",
      "guerison",
      "maigrir",
    ],
  },
  {
    ...plain,
    code: "medical_device",
    fr: "Dispositifs médicaux",
    en: "Medical devices",
    source: "Code de la santé publique, art. L. 5213-1 à L. 5213-7 et R. 5213-1",
    mentions: [
      [
        "Ce dispositif médical est un produit de santé réglementé qui porte, au titre de cette réglementation, le marquage CE.",
      ],
    ],
    hints: [
      "dispositif medical",
      "appareil auditif",
      "appareils auditifs",
      "tensiometre",
      "lentilles de contact",
    ],
  },
];
