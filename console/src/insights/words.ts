import { dictionary } from "../words/dictionary.ts";
import { insightsEn } from "../words/en/insights.ts";
import { insightsFr } from "../words/fr/insights.ts";

export const insightsWords = dictionary(insightsFr, insightsEn);
