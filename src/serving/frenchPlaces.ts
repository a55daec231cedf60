/**
 * The small words that French puts before a place: "d'Amiens", "du Mans", "des Abymes", "de La Rochelle",
 * "dans la Haute-Vienne". Elisions follow INSEE's official list of communes.
 */

/** Communes of 5,000 inhabitants or more whose h is mute for INSEE; any other h keeps its "de" ("de Honfleur"). */
const muteH =
  /^(?:Hyères|Houilles|Herblay|Hénin-Beaumont|Hérouville-Saint-Clair|Hazebrouck|Halluin|Hendaye|Hennebont|Hayange|Haubourdin|Hautmont|Harnes|Héricourt|Hagondange|Hirson|Harfleur|Houplines|Hettange|Hasparren|Herbignac|Houdain|Héric|Homécourt|Hersin-Coupigny|Heillecourt|Haillicourt)/;
/** INSEE elides before every y ("d'Yvetot", "d'Yutz"). */
const vowel = /^[aàâäeéèêëiîïoôöuùûüyœæ]/i;

/** "d'Amiens", "de Limoges", "du Mans", "des Abymes", "de La Rochelle", "de L'Haÿ-les-Roses". */
export function ofPlace(name: string): string {
  if (name.startsWith("Le ")) return `du ${name.slice(3)}`;
  if (name.startsWith("Les ")) return `des ${name.slice(4)}`;
  const isElided = vowel.test(name) || muteH.test(name);
  return isElided ? `d'${name}` : `de ${name}`;
}

/** Départements and regions by the words that lead into them; the rest ("Paris", "Mayotte") is named like a town. */
const areasByArticle: readonly (readonly [string, string])[] = [
  [
    "dans l'",
    "Ain|Aisne|Allier|Ardèche|Ariège|Aube|Aude|Aveyron|Eure|Hérault|Indre|Isère|Oise|Orne|Yonne|Essonne",
  ],
  [
    "dans le ",
    "Calvados|Cantal|Cher|Doubs|Finistère|Gard|Gers|Jura|Loir-et-Cher|Loiret|Lot|Lot-et-Garonne|Morbihan|Nord|Pas-de-Calais|Puy-de-Dôme|Bas-Rhin|Haut-Rhin|Rhône|Tarn|Tarn-et-Garonne|Var|Vaucluse|Territoire de Belfort|Val-de-Marne|Val-d'Oise|Centre-Val de Loire|Grand Est",
  ],
  [
    "dans les ",
    "Alpes-de-Haute-Provence|Hautes-Alpes|Alpes-Maritimes|Ardennes|Bouches-du-Rhône|Côtes-d'Armor|Landes|Pyrénées-Atlantiques|Hautes-Pyrénées|Pyrénées-Orientales|Yvelines|Deux-Sèvres|Vosges|Hauts-de-Seine|Hauts-de-France|Pays de la Loire",
  ],
  [
    "dans la ",
    "Charente|Charente-Maritime|Corrèze|Creuse|Dordogne|Drôme|Haute-Garonne|Gironde|Loire|Haute-Loire|Loire-Atlantique|Manche|Marne|Haute-Marne|Mayenne|Meuse|Moselle|Nièvre|Haute-Saône|Sarthe|Haute-Savoie|Somme|Vienne|Haute-Vienne",
  ],
  [
    "en ",
    "Côte-d'Or|Eure-et-Loir|Corse-du-Sud|Haute-Corse|Ille-et-Vilaine|Indre-et-Loire|Lozère|Maine-et-Loire|Meurthe-et-Moselle|Saône-et-Loire|Savoie|Seine-Maritime|Seine-et-Marne|Seine-Saint-Denis|Vendée|Guadeloupe|Martinique|Guyane|Nouvelle-Calédonie|Polynésie française|Auvergne-Rhône-Alpes|Bourgogne-Franche-Comté|Bretagne|Corse|Île-de-France|Normandie|Nouvelle-Aquitaine|Occitanie|Provence-Alpes-Côte d'Azur",
  ],
];
const insideByName: ReadonlyMap<string, string> = new Map(
  areasByArticle.flatMap(([article, names]) =>
    names.split("|").map((name) => [name, `${article}${name}`] as const),
  ),
);

/** "dans la Haute-Vienne", "en Savoie"; null when it is neither a département nor a region with such words. */
export function insideArea(name: string): string | null {
  return insideByName.get(name) ?? null;
}
