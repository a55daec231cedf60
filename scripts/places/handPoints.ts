/**
 * Points that the two packages cannot give, kept by hand. Each group says where it comes from.
 * `approximate` ones were placed by hand, may be off by a kilometre or more, and are marked so in the table.
 */
export interface HandPoint {
  readonly lat: number;
  readonly lon: number;
  readonly approximate: boolean;
}

const exact = (lat: number, lon: number): HandPoint => ({ lat, lon, approximate: false });
const byHand = (lat: number, lon: number): HandPoint => ({ lat, lon, approximate: true });

/**
 * Paris has one point in GeoNames, and twenty arrondissements. Eighteen are the centres that the Ville de Paris publishes
 * ("Arrondissements", geom_x_y, ODbL 1.0), rounded to 4 decimals. The centres of the 12th and the 16th lie towards the two
 * woods, where nobody lives: these two were placed by hand, near the town halls, and are to be checked against a public map.
 */
const parisArrondissements: Readonly<Record<string, HandPoint>> = {
  "75101": exact(48.8626, 2.3364),
  "75102": exact(48.8683, 2.3428),
  "75103": exact(48.8629, 2.36),
  "75104": exact(48.8543, 2.3576),
  "75105": exact(48.8444, 2.3507),
  "75106": exact(48.8491, 2.3329),
  "75107": exact(48.8562, 2.3122),
  "75108": exact(48.8727, 2.3126),
  "75109": exact(48.8772, 2.3375),
  "75110": exact(48.8761, 2.3607),
  "75111": exact(48.8591, 2.3801),
  "75112": byHand(48.8408, 2.388),
  "75113": exact(48.8284, 2.3623),
  "75114": exact(48.8292, 2.3265),
  "75115": exact(48.8401, 2.2928),
  "75116": byHand(48.8637, 2.2764),
  "75117": exact(48.8873, 2.3068),
  "75118": exact(48.8926, 2.3482),
  "75119": exact(48.8871, 2.3848),
  "75120": exact(48.8635, 2.4012),
};

/**
 * Main villages of communes overseas that GeoNames' cities500 does not tie to an INSEE code and whose name
 * is not the village's. Placed by hand, rounded to 0.01°; no public map was checked, and one should be.
 */
const overseas: Readonly<Record<string, HandPoint>> = {
  "97701": byHand(17.9, -62.83),
  "97801": byHand(18.07, -63.08),
  "98711": byHand(-17.35, -145.5),
  "98713": byHand(-15.24, -146.62),
  "98714": byHand(-16.51, -151.75),
  "98716": byHand(-16.05, -145.62),
  "98717": byHand(-15.82, -140.88),
  "98718": byHand(-10.51, -138.68),
  "98719": byHand(-23.12, -134.97),
  "98720": byHand(-18.1, -140.91),
  "98721": byHand(-17.58, -142.61),
  "98722": byHand(-17.6, -149.3),
  "98723": byHand(-9.8, -139.04),
  "98724": byHand(-16.71, -151.03),
  "98726": byHand(-16.63, -143.57),
  "98727": byHand(-14.46, -146.06),
  "98728": byHand(-16.45, -152.24),
  "98729": byHand(-17.55, -149.78),
  "98730": byHand(-14.17, -141.23),
  "98731": byHand(-8.91, -140.1),
  "98732": byHand(-19.28, -138.78),
  "98734": byHand(-17.75, -149.53),
  "98737": byHand(-14.82, -138.82),
  "98739": byHand(-23.87, -147.69),
  "98740": byHand(-14.94, -147.71),
  "98741": byHand(-27.62, -144.33),
  "98742": byHand(-18.47, -136.46),
  "98743": byHand(-22.65, -152.8),
  "98744": byHand(-22.45, -151.34),
  "98745": byHand(-16.58, -151.49),
  "98746": byHand(-9.94, -139.11),
  "98747": byHand(-17.74, -149.32),
  "98748": byHand(-17.78, -149.28),
  "98749": byHand(-14.48, -145.04),
  "98750": byHand(-16.78, -151.41),
  "98751": byHand(-17.34, -138.45),
  "98752": byHand(-17.77, -149.41),
  "98753": byHand(-23.35, -149.48),
  "98754": byHand(-16.79, -151.49),
  "98755": byHand(-20.77, -138.57),
  "98756": byHand(-8.93, -139.57),
  "98757": byHand(-9.36, -140.05),
  "98832": byHand(-22.15, 166.88),
  "98833": byHand(-21.4, 165.83),
  // The southern lands and Clipperton have a station or nobody.
  "98411": byHand(-37.8, 77.57),
  "98412": byHand(-49.35, 70.22),
  "98413": byHand(-46.43, 51.86),
  "98414": byHand(-66.66, 140.0),
  "98415": byHand(-15.89, 54.52),
  "98901": byHand(10.3, -109.22),
};

/** Points by INSEE code; they win over everything else. */
export const handPoints: ReadonlyMap<string, HandPoint> = new Map([
  ...Object.entries(parisArrondissements),
  ...Object.entries(overseas),
]);

/** IANA time zone by département or territory; all others are on Paris time. */
export const timeZoneByDepartement: ReadonlyMap<string, string> = new Map([
  ["971", "America/Guadeloupe"],
  ["972", "America/Martinique"],
  ["973", "America/Cayenne"],
  ["974", "Indian/Reunion"],
  ["975", "America/Miquelon"],
  ["976", "Indian/Mayotte"],
  ["977", "America/St_Barthelemy"],
  ["978", "America/Marigot"],
  ["984", "Indian/Kerguelen"],
  ["986", "Pacific/Wallis"],
  ["987", "Pacific/Tahiti"],
  ["988", "Pacific/Noumea"],
  ["989", "Etc/GMT+8"],
]);

/** Communes whose time zone differs from their territory's: the Marquesas, the Gambiers, Adélie Land. */
export const timeZoneByCommune: ReadonlyMap<string, string> = new Map([
  ["98414", "Antarctica/DumontDUrville"],
  ["98718", "Pacific/Marquesas"],
  ["98719", "Pacific/Gambier"],
  ["98723", "Pacific/Marquesas"],
  ["98731", "Pacific/Marquesas"],
  ["98746", "Pacific/Marquesas"],
  ["98756", "Pacific/Marquesas"],
  ["98757", "Pacific/Marquesas"],
]);
