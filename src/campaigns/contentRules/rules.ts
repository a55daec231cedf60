import { accessRules } from "./accessRules.ts";
import type { ContentRule } from "./contentRule.ts";
import { goodsRules } from "./goodsRules.ts";

/**
 * What French and European law asks of ads by what they advertise. One row a subject, with its source. A change of a row that
 * judges otherwise is a new `contentRulesVersion`: what older versions have judged is judged again.
 */
export const contentRulesVersion = 1;

export const contentRules: readonly ContentRule[] = [...goodsRules, ...accessRules];

/** « Classe CO₂ : » and the letter that the campaign names follow the mention of `new_cars`. */
export const co2ClassMention = (co2Class: string): string =>
  `Classe d'émissions de CO₂ : ${co2Class}.`;
