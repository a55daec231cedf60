/**
 * Beginnings of words, without accents, that make a category one from whose visits nobody may be profiled: the special
 * categories of personal data (health, sex life and orientation, religion, politics, trade unions, origin) and convictions.
 * Source: GDPR, articles 9 and 10; Digital Services Act, article 26 (3).
 */
const beginnings: readonly string[] = [
  ...["sante", "medic", "medecin", "paramedic", "pharmac", "maladie", "handicap", "hopital"],
  ...["clinique", "grossesse", "maternite", "addict", "psych", "therap", "minceur", "health"],
  ...["rencontre", "sex", "erotiq", "adult", "lgbt", "libertin", "dating"],
  ...["religi", "eglise", "mosquee", "synagogue", "cultes", "casher", "halal"],
  ...["politiq", "politic", "election", "militant", "syndicat", "syndical"],
  ...["ethni", "biometri", "genetiq", "condamn", "penal"],
];

/**
 * Whether visits of pages of this category ("sante/audition") may make no profile. Words of the path count by how they begin:
 * "paysante" is none. What a site names otherwise it has to tell by itself (`page.sensitive`). Pure.
 */
export function isSpecialCategory(category: string): boolean {
  const words = category
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word) => beginnings.some((beginning) => word.startsWith(beginning)));
}
