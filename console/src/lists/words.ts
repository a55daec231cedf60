import { dictionary } from "../words/dictionary.ts";
import { listsEn } from "../words/en/lists.ts";
import { listsFr } from "../words/fr/lists.ts";

export const listsWords = dictionary(listsFr, listsEn);
