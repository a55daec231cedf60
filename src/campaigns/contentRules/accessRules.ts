import { type ContentRule, plain } from "./contentRule.ts";

const mobility = (text: string): string => `${text} #SeDéplacerMoinsPolluer`;

const noDiscrimination = ["no_audience", "no_exclusions", "no_age_words"] as const;

/** Money, cars, jobs and homes: who is told, and at what price to others. */
export const accessRules: readonly ContentRule[] = [
  {
    ...plain,
    code: "credit",
    fr: "Crédit à la consommation",
    en: "Consumer credit",
    source:
      "Code de la consommation, art. L. 312-5 ; discrimination : code pénal, art. 225-1 et 225-2",
    mentions: [
      [
        "Un crédit vous engage et doit être remboursé. Vérifiez vos capacités de remboursement avant de vous engager.",
      ],
    ],
    restrictions: noDiscrimination,
    trades: ["credit", "banque", "rachat de credit"],
    hints: [
      "credit",
      "emprunt*",
      "pret personnel",
      "mensualite*",
      "leasing",
      "=loa",
      "rachat de credit",
    ],
  },
  {
    ...plain,
    code: "motor_vehicles",
    fr: "Véhicules à moteur",
    en: "Motor vehicles",
    source: "Code de la route, art. L. 328-1 et D. 328-3 ; arrêté du 28 décembre 2021",
    mentions: [
      [
        mobility("Pensez à covoiturer"),
        mobility("Pour les trajets courts, privilégiez la marche ou le vélo"),
        mobility("Au quotidien, prenez les transports en commun"),
      ],
    ],
    trades: [
      "voiture d occasion",
      "voitures d occasion",
      "concessionnaire",
      "concession automobile",
      "automobile",
      "mandataire auto",
      "moto et scooter",
      "moto",
      "scooter",
      "camping car",
      "camping cars et location",
    ],
    hints: [
      "voiture neuve",
      "voitures neuves",
      "vehicule neuf",
      "vehicules neufs",
      "voiture d occasion",
      "voitures d occasion",
    ],
  },
  {
    ...plain,
    code: "new_cars",
    fr: "Voitures particulières neuves",
    en: "New passenger cars",
    source: "Code de l'environnement, art. L. 229-64 : classe d'émissions de dioxyde de carbone",
    restrictions: ["co2_class"],
    hints: ["voiture neuve", "voitures neuves", "vehicule neuf", "vehicules neufs"],
  },
  {
    ...plain,
    code: "jobs",
    fr: "Offres d'emploi",
    en: "Jobs",
    source: "Code du travail, art. L. 1132-1 et L. 5321-2 ; code pénal, art. 225-1 et 225-2",
    restrictions: noDiscrimination,
    trades: ["recrutement", "interim", "agence d interim", "agence d emploi"],
    hints: [
      "recrute",
      "recrutons",
      "recrutement",
      "=cdi",
      "=cdd",
      "offre d emploi",
      "offres d emploi",
      "embauche*",
    ],
  },
  {
    ...plain,
    code: "housing",
    fr: "Logement",
    en: "Housing",
    source: "Loi n° 89-462 du 6 juillet 1989, art. 1 ; code pénal, art. 225-1 et 225-2",
    restrictions: noDiscrimination,
    trades: ["agence immobiliere", "immobilier", "promoteur", "syndic", "bailleur"],
    hints: [
      "appartement a louer",
      "maison a louer",
      "studio a louer",
      "a vendre appartement",
      "location meublee",
    ],
  },
];
