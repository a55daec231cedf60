import { dictionary } from "../words/dictionary.ts";
import { suspensionsEn } from "../words/en/suspensions.ts";
import { suspensionsFr } from "../words/fr/suspensions.ts";

export const suspensionsWords = dictionary(suspensionsFr, suspensionsEn);
