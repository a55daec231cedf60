import { z } from "zod";
import { type FieldProblem, PublicError } from "../errors.ts";
import { lineOfText } from "./fieldTypes.ts";
import { limits } from "./limits.ts";
import { invalidBody, type Parsed, parseFields } from "./problems.ts";
import type { Actor } from "./repository.ts";

/** Lists of customers that an advertiser brings: hashes only, with what the advertiser attests of them. */

export const listLimits = {
  /** Lines of one request. */
  lines: 100_000,
  bytes: 8_000_000,
  entries: 1_000_000,
  perAdvertiser: 20,
  /** Longest life of a list, counted from the day on which its consents were collected. */
  lifeDays: 390,
} as const;

const attested = (what: string) => z.literal(true).describe(`Attested: ${what}`);

export const audienceListSchema = z
  .strictObject({
    name: lineOfText(limits.nameCharacters),
    identifier: z.enum(["email_sha256", "id_sha256"]).describe("What the hashes are made of."),
    basis: z.literal("consent").describe("On what the people on it were asked."),
    collectedOn: z.iso.date().describe("The day of the oldest of these consents."),
    expiresOn: z.iso.date().describe("From then on the list is nobody's: 390 days later at most."),
    attests: z.strictObject({
      consent: attested("everybody on it agreed to ads that are chosen for them."),
      adultsOnly: attested("nobody on it is a minor."),
      noSpecialCategories: attested(
        "it does not come from health, opinions, religion or the like.",
      ),
    }),
  })
  .meta({ title: "AudienceListInput" });
export type AudienceListFields = Readonly<Omit<z.output<typeof audienceListSchema>, "attests">>;

export const storedAudienceListSchema = z
  .object({
    listId: z.int(),
    advertiserId: z.int(),
    segmentId: z.int().describe("What campaigns name in `audience`."),
    segment: z.string(),
    name: z.string(),
    identifier: z.enum(["email_sha256", "id_sha256"]),
    basis: z.literal("consent"),
    collectedOn: z.iso.date(),
    expiresOn: z.iso.date(),
    entries: z.int().min(0).describe("Hashes on it."),
    people: z
      .int()
      .nullable()
      .describe(
        "Visitors found by them, rounded down to tens; null = fewer than 50, or not known yet.",
      ),
    state: z.enum(["waiting", "too_small", "usable", "expired"]),
    countedAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    version: z.int().min(1),
  })
  .meta({ title: "AudienceList" });
export type StoredAudienceList = Readonly<z.output<typeof storedAudienceListSchema>>;

const dayMs = 86_400_000;

/** Throws nothing; every problem at once. `today` is "YYYY-MM-DD". */
export function parseAudienceList(body: unknown, today: string): Parsed<AudienceListFields> {
  const parsed = parseFields(audienceListSchema, body, ({ collectedOn, expiresOn }) => {
    const problems: FieldProblem[] = [];
    if (collectedOn !== undefined && collectedOn > today)
      problems.push({ pointer: "/collectedOn", rule: "must not be in the future" });
    if (expiresOn !== undefined && expiresOn <= today)
      problems.push({ pointer: "/expiresOn", rule: "must be in the future" });
    if (collectedOn !== undefined && expiresOn !== undefined) {
      const lifeMs = Date.parse(expiresOn) - Date.parse(collectedOn);
      if (lifeMs > listLimits.lifeDays * dayMs)
        problems.push({
          pointer: "/expiresOn",
          rule: `must be at most ${listLimits.lifeDays} days after collectedOn`,
        });
    }
    return problems;
  });
  if (!parsed.ok) return parsed;
  const { attests: _attests, ...fields } = parsed.value;
  return { ok: true, value: fields };
}

/** More are not told: whoever brings the wrong file has seen enough. */
const toldProblems = 20;
const hexShape = /^[0-9a-f]{64}$/;

/**
 * Reads hashes from lines: each the 64 hexadecimal digits of a SHA-256, alone (CSV, where a first line "sha256" is a title) or
 * as `{"sha256": "…"}` (NDJSON). Empty lines count for nothing, and the same hash once. Throws PublicError `invalid_body` or
 * `body_too_large`; what a line says is never repeated.
 */
export function parseListLines(text: string): readonly string[] {
  const hashes = new Set<string>();
  const problems: FieldProblem[] = [];
  let lines = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const told = line.trim();
    if (told === "" || (index === 0 && /^"?sha256"?$/i.test(told))) continue;
    lines += 1;
    if (lines > listLimits.lines) throw tooManyLines();
    const hash = hashOfLine(told);
    if (hash !== null) hashes.add(hash);
    else if (problems.length < toldProblems)
      problems.push({ pointer: `/${index}`, rule: "must be a SHA-256 in hexadecimal" });
  }
  if (problems.length > 0) throw invalidBody(problems);
  if (hashes.size === 0) throw invalidBody([{ pointer: "", rule: "must have at least one line" }]);
  return [...hashes];
}

function tooManyLines(): PublicError {
  const rule = `must have at most ${listLimits.lines} lines`;
  return new PublicError("body_too_large", `The body ${rule}.`, [{ pointer: "", rule }]);
}

function hashOfLine(line: string): string | null {
  const value = line.startsWith("{") ? valueOfJson(line) : line.replace(/^"|"$/g, "");
  const hash = value.toLowerCase();
  return hexShape.test(hash) ? hash : null;
}

function valueOfJson(line: string): string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || !("sha256" in value)) return "";
    return typeof value.sha256 === "string" ? value.sha256 : "";
  } catch {
    return "";
  }
}

/** Lists of advertisers. Every write leaves an audit entry, without hashes; faults as of any repository. */
export interface AudienceListRepository {
  readonly list: (advertiserId: number) => Promise<readonly StoredAudienceList[]>;
  readonly read: (advertiserId: number, listId: number) => Promise<StoredAudienceList | null>;
  /** Null = there is no such advertiser. PublicError `conflict` when it has twenty, or one of that name. */
  readonly insert: (
    advertiserId: number,
    fields: AudienceListFields,
    actor: Actor,
  ) => Promise<StoredAudienceList | null>;
  /**
   * Adds entries, in place of those that were there or to them; they are counted later. Null = there is no such list.
   * PublicError `conflict` when it has run out or would be too long.
   */
  readonly putEntries: (
    advertiserId: number,
    listId: number,
    entries: { readonly hashes: readonly string[]; readonly replaces: boolean },
    actor: Actor,
  ) => Promise<StoredAudienceList | null>;
  /** Its entries go at once, who is on it is taken out of scores within minutes. False = there is no such list. */
  readonly remove: (advertiserId: number, listId: number, actor: Actor) => Promise<boolean>;
}
