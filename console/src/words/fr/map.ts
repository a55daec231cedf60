export const mapFr = {
  keys: "Flèches : déplacer le centre (avec Maj : plus loin). + et − : changer le rayon.",
  sources: "Terres : Natural Earth · Noms : GeoNames, INSEE",
  plain:
    "Plan simplifié : ce navigateur ne dessine pas la carte (WebGL). Tout le reste fonctionne.",
} as const;
