import { dictionary } from "../words/dictionary.ts";
import { privacyEn } from "../words/en/privacy.ts";
import { privacyFr } from "../words/fr/privacy.ts";

export const privacyWords = dictionary(privacyFr, privacyEn);
