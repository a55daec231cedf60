import { dictionary } from "../words/dictionary.ts";
import { accountsEn } from "../words/en/accounts.ts";
import { accountsFr } from "../words/fr/accounts.ts";

export const accountsWords = dictionary(accountsFr, accountsEn);
