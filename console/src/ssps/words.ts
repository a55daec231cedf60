import { dictionary } from "../words/dictionary.ts";
import { sspsEn } from "../words/en/ssps.ts";
import { sspsFr } from "../words/fr/ssps.ts";

export const sspsWords = dictionary(sspsFr, sspsEn);
