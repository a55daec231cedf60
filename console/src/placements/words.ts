import { dictionary } from "../words/dictionary.ts";
import { placementsEn } from "../words/en/placements.ts";
import { placementsFr } from "../words/fr/placements.ts";

export const placementsWords = dictionary(placementsFr, placementsEn);
