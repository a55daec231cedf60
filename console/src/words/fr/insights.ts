export const insightsFr = {
  title: "Tendances",
  subtitle: "Ce que l'on cherche, où et quand. Jamais moins de cinquante personnes.",
  category: "Rubrique",
  departement: "Département",
  everywhere: "Toute la France",
  none: {
    title: "Rien à montrer pour l'instant",
    text: "Les tendances apparaissent après quelques semaines de visites.",
  },
  demand: {
    title: "La demande dans votre département",
    titleEverywhere: "La demande en France",
    chart: (category: string) => `Demande par semaine et prévision : ${category}`,
    past: "Passé",
    expected: "Prévision",
    band: "4 fois sur 5",
    kept: (better: string) =>
      `Prévision essayée sur les mois passés : ${better} d'erreur en moins que « comme l'an dernier ».`,
  },
  trends: {
    title: "Saison après saison",
    text: "Recherches et consultations par semaine, en moyenne de la saison.",
    chart: (category: string) => `Moyenne par saison et par année : ${category}`,
    seasons: { winter: "Hiver", spring: "Printemps", summer: "Été", autumn: "Automne" },
  },
  affinities: {
    title: "Regardé aussi",
    text: "Les rubriques que les mêmes personnes regardent plus que le hasard ne le voudrait (1 = hasard).",
    chart: (category: string) => `Affinités de ${category}`,
    lift: "Affinité",
  },
  retention: {
    title: "Qui revient",
    text: "Part des personnes qui reviennent, selon le mois de leur première visite ; toutes rubriques.",
    cohort: "Première visite",
    people: "Personnes",
    months: (count: string) => `+${count} mois`,
  },
} as const;
