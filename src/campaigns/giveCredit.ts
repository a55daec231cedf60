import { z } from "zod";
import { type FieldProblem, PublicError } from "../errors.ts";
import { actorOf, notFound, requireAdmin } from "./access.ts";
import { calendarDay, checkedText, lineOfText } from "./fieldTypes.ts";
import type { CreditWrite, LedgerBooks, LedgerEntry } from "./ledgerBooks.ts";
import { limits } from "./limits.ts";
import { invalidBody, parseFields, valueOrThrow } from "./problems.ts";
import type { CampaignRepository, StoredApiKey } from "./repository.ts";

const creditIdShape = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** A credit: for one charged event, or an amount of one day. */
export const creditSchema = z.strictObject({
  /** Chosen by the caller, unique in the campaign: the same credit sent again is given once. */
  creditId: checkedText(
    (text) => text,
    (text) =>
      creditIdShape.test(text)
        ? null
        : "must be 1 to 64 letters, digits, dots, colons, hyphens or underscores",
  ).meta({ pattern: creditIdShape.source }),
  eventId: lineOfText(400).nullable().default(null),
  day: calendarDay().nullable().default(null),
  /** With an event it may be left out: all that is left of it. */
  amountMicros: z.int().min(1).max(limits.maxBudgetMicros).nullable().default(null),
  reason: lineOfText(300),
});
type CreditFields = z.output<typeof creditSchema>;

function crossRules(fields: Partial<CreditFields>): readonly FieldProblem[] {
  const { eventId, day, amountMicros } = fields;
  const problems: FieldProblem[] = [];
  if (eventId === null && day === null)
    problems.push({ pointer: "/eventId", rule: "is required, or day" });
  if (typeof eventId === "string" && typeof day === "string")
    problems.push({ pointer: "/day", rule: "must be left out with an eventId, which has its own" });
  if (typeof day === "string" && eventId === null && amountMicros === null)
    problems.push({ pointer: "/amountMicros", rule: "is required with a day" });
  return problems;
}

export interface GiveCreditDeps {
  readonly campaigns: Pick<CampaignRepository, "read">;
  readonly books: Pick<LedgerBooks, "giveCredit">;
}

/**
 * Gives a credit from a body, for administrators. `isNew` is false when the same credit was given before. Throws PublicError
 * `forbidden`, `not_found`, `invalid_body`, or `conflict` for more than is left and for an id that another credit has.
 */
export async function giveCredit(
  deps: GiveCreditDeps,
  campaignId: number,
  body: unknown,
  key: StoredApiKey,
): Promise<{ readonly entry: LedgerEntry; readonly isNew: boolean }> {
  requireAdmin(key);
  const fields = valueOrThrow(parseFields(creditSchema, body, crossRules));
  if ((await deps.campaigns.read(campaignId)) === null) throw notFound();
  const { creditId, ...asked } = fields;
  const credit: CreditWrite = {
    ...asked,
    entryEventId: `credit.${campaignId}.${creditId}`,
    campaignId,
    givenBy: key.label,
    apiKeyId: key.apiKeyId,
    actor: actorOf(key),
  };
  const given = await deps.books.giveCredit(credit);
  switch (given.outcome) {
    case "given":
      return { entry: given.entry, isNew: true };
    case "known":
      if (!isSame(credit, given.entry)) throw otherCredit();
      return { entry: given.entry, isNew: false };
    case "unknown_event":
      throw invalidBody([
        { pointer: "/eventId", rule: "must be an event that this campaign was charged for" },
      ]);
    case "unknown_day":
      throw invalidBody([
        { pointer: "/day", rule: "must be a day on which the campaign was charged" },
      ]);
    case "too_much":
      throw new PublicError("conflict", "So much was not charged, or it was credited already.", [
        { pointer: "/amountMicros", rule: `must be at most ${given.leftMicros}` },
      ]);
  }
}

function isSame(asked: CreditWrite, entry: LedgerEntry): boolean {
  return (
    asked.eventId === (entry.credit?.eventId ?? null) &&
    (asked.day === null || asked.day === entry.day) &&
    (asked.amountMicros === null || asked.amountMicros === -entry.amountMicros) &&
    asked.reason === entry.credit?.reason
  );
}

const otherCredit = () =>
  new PublicError("conflict", "Another credit of this campaign has this id.", [
    { pointer: "/creditId", rule: "must be new, or that of the same credit" },
  ]);
