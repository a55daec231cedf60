import { type TradeCategory, tradeCategories } from "../targeting/tradeCategories.ts";

/** Codes of a trade in IAB Tech Lab's Content Taxonomy 1.0, in 2.x and 3.x (alike in what we use), and in Ad Product 2.0. */
type Codes = readonly [contentOne: string, contentTwo: string, adProductTwo: string];

/** Several codes are parted by spaces, the most telling first. */
const codes: Readonly<Record<TradeCategory, Codes>> = {
  roofing: ["IAB10-9", "276", "1413"],
  plumbing: ["IAB10-5", "280", "1411"],
  electrical: ["IAB10-5", "280", "1404"],
  heating: ["IAB10-5", "280", "1404"],
  joinery: ["IAB10-9", "276", "1415"],
  painting: ["IAB10-7", "283", "1404"],
  masonry: ["IAB10-9", "276", "1413"],
  kitchens: ["IAB10-9", "276", "1413"],
  bakery: ["IAB8-8", "217", "1356"],
  pastry: ["IAB8-8", "217", "1356"],
  restaurant: ["IAB8-9", "218", "1360"],
  pizzeria: ["IAB8-9", "218", "1360"],
  catering: ["IAB8", "210", "1357"],
  food_shop: ["IAB8", "210", "1507"],
  grocery: ["IAB8", "477", "1501"],
  wine_shop: ["IAB8-18 IAB8-5", "211 pg0WhF", "1007"],
  bar: ["IAB8-5", "179 211 pg0WhF", "1003"],
  tobacconist: ["IAB9-9", "260 pg0WhF", "1544"],
  landscaping: ["IAB10-8", "284", "1408"],
  pools: ["IAB10-9", "285", "1412"],
  garden_centre: ["IAB10-4", "275", "1285"],
  moving: ["IAB10", "274", "1019"],
  locksmith: ["IAB10-5", "281", "1398"],
  home_help: ["IAB10", "274", "1407"],
  cleaning: ["IAB10", "274", "1018"],
  real_estate: ["IAB21-3", "451", "1485"],
  hairdresser: ["IAB18-1", "554", "1090"],
  beauty: ["IAB18-1", "553", "1089"],
  tattoo: ["IAB18-2", "574", "1095"],
  pet_grooming: ["IAB16", "422", "1464"],
  pet_boarding: ["IAB16", "422", "1465"],
  pet_shop: ["IAB16", "431", "1505"],
  vet: ["IAB16-7", "430", "1466"],
  photography: ["IAB9-23", "255", "1021"],
  gym: ["IAB7-1", "225", "1512"],
  tutoring: ["IAB5", "146", "1312"],
  school: ["IAB5", "132", "1295"],
  childcare: ["IAB6-3", "194", "1330"],
  campers: ["IAB20-9", "677", "1574"],
  campsite: ["IAB20-9", "677", "1532"],
  hotel: ["IAB20-18", "668", "1533"],
  travel_agency: ["IAB20", "653", "1541"],
  florist: ["IAB22", "475", "1372"],
  furniture: ["IAB10-7", "283", "1268"],
  antiques: ["IAB9-10", "240", "1076"],
  optician: ["IAB7", "223", "1395"],
  bookshop: ["IAB1-1", "42", "1422"],
  computers: ["IAB19", "599", "1106"],
  electronics: ["IAB19", "632", "1097"],
  hardware_store: ["IAB10-5", "280", "1502"],
  clothing: ["IAB18-5", "552", "1497"],
  shoes: ["IAB18-5", "552", "1070"],
  jewellery: ["IAB18-4", "552", "1073"],
  toys: ["IAB6", "482", "1252"],
  sports_shop: ["IAB17", "551", "1508"],
  car_repair: ["IAB2-2", "34", "1562"],
  car_sales: ["IAB2-3", "30", "1555"],
  car_rental: ["IAB2", "41", "1567"],
  motorcycles: ["IAB2-15", "27", "1575"],
  driving_school: ["IAB5-2", "133", "1296"],
  body_shop: ["IAB2-2", "34", "1562"],
  bicycles: ["IAB17-3", "492", "1528"],
  taxi: ["IAB20", "653", "1566"],
  insurance: ["IAB13-6", "398", "1340"],
  banking: ["IAB13-2", "392 405", "1337"],
  legal: ["IAB11-2", "383", "1416"],
  accounting: ["IAB3", "54", "1336"],
  pharmacy: ["IAB7", "320", "1386"],
  medical: ["IAB7", "286", "1378"],
  funeral: ["IAB14", "187", "1012"],
  printing: ["IAB3", "53", "1022"],
  leisure: ["IAB1", "150", "1315"],
  gambling: ["IAB9-7", "181", "1361"],
  dating: ["IAB14-1", "188", "1259"],
  esoteric: ["IAB15-1 IAB15-5", "456", "1488"],
  weapons: ["IAB17-18", "514 avbNf2", "1576"],
  adult: ["IAB25-3", "Rm3SiT", "1001"],
  local_business: ["IAB3", "60", "1047"],
};

/** What the codes above are under, where it is not written in them as in 1.0. */
const parentsContentTwo: Readonly<Record<string, string>> = {
  ...childrenOf("1", "27 30 34 41"),
  ...childrenOf("52", "53"),
  ...childrenOf("53", "54 60"),
  ...childrenOf("132", "133 146"),
  ...childrenOf("150", "179 181"),
  ...childrenOf("186", "187 188 192"),
  ...childrenOf("192", "194"),
  ...childrenOf("210", "211 217 218"),
  ...childrenOf("223", "225"),
  ...childrenOf("239", "240 248 260"),
  ...childrenOf("248", "255"),
  ...childrenOf("274", "275 276 280 281 283 284 285"),
  ...childrenOf("286", "320"),
  ...childrenOf("379", "383"),
  ...childrenOf("391", "392 398 405"),
  ...childrenOf("422", "430 431"),
  ...childrenOf("441", "451"),
  ...childrenOf("453", "456"),
  ...childrenOf("473", "475 477 482"),
  ...childrenOf("483", "492 514 551"),
  ...childrenOf("552", "553 574"),
  ...childrenOf("553", "554"),
  ...childrenOf("596", "599 632"),
  ...childrenOf("653", "664"),
  ...childrenOf("664", "668 677"),
  ...childrenOf("v9i3On", "Rm3SiT avbNf2 pg0WhF"),
};
const parentsAdProductTwo: Readonly<Record<string, string>> = {
  ...childrenOf("1002", "1003 1007"),
  ...childrenOf("1010", "1012 1047"),
  ...childrenOf("1012", "1018 1019 1021 1022"),
  ...childrenOf("1058", "1070 1073"),
  ...childrenOf("1075", "1076"),
  ...childrenOf("1088", "1089 1090 1095"),
  ...childrenOf("1097", "1106"),
  ...childrenOf("1123", "1248"),
  ...childrenOf("1248", "1252"),
  ...childrenOf("1263", "1268 1277"),
  ...childrenOf("1277", "1285"),
  ...childrenOf("1295", "1296 1312"),
  ...childrenOf("1328", "1329"),
  ...childrenOf("1329", "1330"),
  ...childrenOf("1335", "1336 1337 1340"),
  ...childrenOf("1355", "1356 1357 1360"),
  ...childrenOf("1371", "1372"),
  ...childrenOf("1378", "1386 1395"),
  ...childrenOf("1396", "1398 1404 1407 1408 1411 1412 1413 1415"),
  ...childrenOf("1419", "1422"),
  ...childrenOf("1460", "1464 1465 1466"),
  ...childrenOf("1482", "1485"),
  ...childrenOf("1487", "1488"),
  ...childrenOf("1494", "1497 1501 1502 1505 1507 1508"),
  ...childrenOf("1510", "1512"),
  ...childrenOf("1524", "1528"),
  ...childrenOf("1529", "1530 1541"),
  ...childrenOf("1530", "1532 1533"),
  ...childrenOf("1551", "1553 1560 1566 1567 1568"),
  ...childrenOf("1553", "1555"),
  ...childrenOf("1560", "1562"),
  ...childrenOf("1568", "1574 1575"),
};

/** A category in one taxonomy. */
export interface TaxonomyCategory {
  /**
   * As a bid names them: in 1.0, where a code shows what it is under, the category alone; else with all that it is under,
   * since not every exchange knows the tree.
   */
  readonly codes: readonly string[];
  /** The codes and all that they are under, in upper case: a list that holds one of them means the category. */
  readonly lineage: readonly string[];
}

type Taxonomy = Readonly<Record<TradeCategory, TaxonomyCategory>>;

const contentOne = taxonomyOf(0, (code) => (code.includes("-") ? code.split("-")[0] : undefined));
const contentTwo = taxonomyOf(1, (code) => parentsContentTwo[code]);
const adProductTwo = taxonomyOf(2, (code) => parentsAdProductTwo[code]);

/** By AdCOM's number of a taxonomy. */
const taxonomies: ReadonlyMap<number, Taxonomy> = new Map([
  [1, contentOne],
  [2, contentTwo],
  [5, contentTwo],
  [6, contentTwo],
  [7, contentTwo],
  [8, adProductTwo],
  [9, contentTwo],
]);

/** A taxonomy of AdCOM's list, or null: Ad Product 1.0, audiences and exchanges' own are none of ours. */
export function taxonomyOfNumber(number: number): Taxonomy | null {
  return taxonomies.get(number) ?? null;
}

/** What a trade is called in a taxonomy; in 1.0, which everybody knows, where we do not know that one. */
export function categoryIn(
  category: TradeCategory,
  taxonomy: number,
): TaxonomyCategory & { readonly taxonomy: number } {
  const known = taxonomies.get(taxonomy);
  return known === undefined
    ? { ...contentOne[category], taxonomy: 1 }
    : { ...known[category], taxonomy };
}

function taxonomyOf(index: 0 | 1 | 2, parentOf: (code: string) => string | undefined): Taxonomy {
  const entries = tradeCategories.map((category): [TradeCategory, TaxonomyCategory] => {
    const own = codes[category][index].split(" ");
    const lines = own.map((code) => {
      const line = [code];
      for (let up = parentOf(code); up !== undefined; up = parentOf(up)) line.push(up);
      return line;
    });
    const all = [...new Set([...own, ...lines.flat()])];
    const lineage = all.map((code) => code.toUpperCase());
    return [category, { codes: index === 0 ? own : all, lineage }];
  });
  return Object.fromEntries(entries) as Taxonomy;
}

function childrenOf(parent: string, children: string): Readonly<Record<string, string>> {
  return Object.fromEntries(children.split(" ").map((child) => [child, parent]));
}
