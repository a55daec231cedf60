import { dictionary } from "../words/dictionary.ts";
import { shellEn } from "../words/en/shell.ts";
import { shellFr } from "../words/fr/shell.ts";

export const shellWords = dictionary(shellFr, shellEn);
