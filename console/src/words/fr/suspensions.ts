export const suspensionsFr = {
  heading: "Arrêts par la régie",
  stopped: {
    creative: (reason: string) => `Cette annonce est arrêtée par la régie : ${reason}`,
    campaign: (reason: string) => `La régie a arrêté cette campagne : ${reason}`,
    advertiser: (reason: string) =>
      `La régie a arrêté toutes les campagnes de l'annonceur : ${reason}`,
  },
  release: "Remettre en marche",
  asks: {
    title: "Remettre en marche ?",
    text: {
      creative: "L'annonce est montrée de nouveau en moins d'une seconde, si elle est approuvée.",
      campaign: "La campagne est montrée de nouveau en moins d'une seconde.",
      advertiser: "Ses campagnes sont montrées de nouveau en moins d'une seconde.",
    },
  },
  released: "C'est remis en marche.",
} as const;
