import { dictionary } from "../words/dictionary.ts";
import { organizationsEn } from "../words/en/organizations.ts";
import { organizationsFr } from "../words/fr/organizations.ts";

export const organizationsWords = dictionary(organizationsFr, organizationsEn);
