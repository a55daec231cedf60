import { z } from "zod";
import { type DeepReadonly, entityId, lineOfText, lowerCaseText } from "./fieldTypes.ts";
import { limits } from "./limits.ts";
import { type Parsed, parseFields } from "./problems.ts";

/** A shop that advertises. */
export const advertiserSchema = z
  .strictObject({
    name: lineOfText(limits.nameCharacters),
    /** Who pays for the ads (shown to visitors); the shop itself when left out. */
    payerName: lineOfText(limits.nameCharacters).nullable().default(null),
    /** "couvreur": two ads of one trade never share a page. */
    trade: lowerCaseText(limits.tradeCharacters),
    /** Prepaid balance or credit; null = not limited. */
    balanceMicros: z.int().min(0).max(limits.maxBudgetMicros).nullable().default(null),
    /** Whose it is; left out: the caller's organisation. */
    organizationId: entityId().optional(),
  })
  .meta({ title: "AdvertiserInput" });

export type AdvertiserInput = DeepReadonly<z.output<typeof advertiserSchema>>;
export interface AdvertiserFields extends AdvertiserInput {
  readonly payerName: string;
}

/** Checks an advertiser; a missing payer is the advertiser itself. Every problem at once. Pure. */
export function parseAdvertiser(body: unknown): Parsed<AdvertiserFields> {
  const parsed = parseFields(advertiserSchema, body);
  if (!parsed.ok) return parsed;
  return {
    ok: true,
    value: { ...parsed.value, payerName: parsed.value.payerName ?? parsed.value.name },
  };
}
