import { dictionary } from "../words/dictionary.ts";
import { segmentsEn } from "../words/en/segments.ts";
import { segmentsFr } from "../words/fr/segments.ts";

export const segmentsWords = dictionary(segmentsFr, segmentsEn);
