import { dictionary } from "../words/dictionary.ts";
import { signInEn } from "../words/en/signin.ts";
import { signInFr } from "../words/fr/signin.ts";

export const signInWords = dictionary(signInFr, signInEn);
