import { dictionary } from "../words/dictionary.ts";
import { liveEn } from "../words/en/live.ts";
import { liveFr } from "../words/fr/live.ts";

export const liveWords = dictionary(liveFr, liveEn);
