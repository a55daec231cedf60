/** Bodies of the management API with everything that is required, for tests that change one field. */
export const campaignBody = (fields: Readonly<Record<string, unknown>> = {}) => ({
  advertiserId: 1,
  name: "Toitures d'automne",
  status: "active",
  startsOn: "2026-01-01",
  pricing: "cpm",
  bidMicros: 5_000_000,
  dailyBudgetMicros: 10_000_000,
  zone: { include: [{ type: "circle", lat: 45.8315, lon: 1.2578, radiusMeters: 10_000 }] },
  ...fields,
});

export const nativeBody = (fields: Readonly<Record<string, unknown>> = {}) => ({
  campaignId: 1,
  format: "native",
  landingUrl: "https://toitures.example.fr/devis",
  title: "Votre toit refait à neuf",
  text: "Devis gratuit sous 24 heures, artisan de Limoges.",
  callToAction: "Demander un devis",
  imageUrl: "https://images.example.fr/toit.jpg",
  ...fields,
});

export const imageBody = (fields: Readonly<Record<string, unknown>> = {}) => ({
  campaignId: 1,
  format: "image",
  landingUrl: "https://toitures.example.fr/devis",
  imageUrl: "https://images.example.fr/toit.jpg",
  alt: "Un toit refait à neuf",
  width: 300,
  height: 250,
  ...fields,
});

export const htmlBody = (fields: Readonly<Record<string, unknown>> = {}) => ({
  campaignId: 1,
  format: "html",
  landingUrl: "https://toitures.example.fr/devis",
  html: "<p>Votre toit refait à neuf</p>",
  width: 728,
  height: 90,
  ...fields,
});
