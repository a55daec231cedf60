import { dictionary } from "../words/dictionary.ts";
import { createEn } from "../words/en/create.ts";
import { createFr } from "../words/fr/create.ts";

export const createWords = dictionary(createFr, createEn);
