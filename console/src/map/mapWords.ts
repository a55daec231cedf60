import { dictionary } from "../words/dictionary.ts";
import { mapEn } from "../words/en/map.ts";
import { mapFr } from "../words/fr/map.ts";

export const mapWords = dictionary(mapFr, mapEn);
