import { dictionary } from "../words/dictionary.ts";
import { uiEn } from "../words/en/ui.ts";
import { uiFr } from "../words/fr/ui.ts";

/** The words of what all features share. */
export const uiWords = dictionary(uiFr, uiEn);
