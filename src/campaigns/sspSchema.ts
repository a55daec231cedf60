import { z } from "zod";
import type { FieldProblem } from "../errors.ts";
import {
  checkedText,
  type DeepReadonly,
  distinctList,
  httpsUrl,
  lineOfText,
} from "./fieldTypes.ts";

/** The name of an SSP: it stands in its URLs and cannot be changed. */
export const sspName = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** The ranges of an SSP's settings; the database repeats them. */
export const sspLimits = {
  addresses: 100,
  currencies: 20,
  maxQps: 100_000,
  minDeadlineMs: 10,
  maxDeadlineMs: 2_000,
  maxNetworkMs: 1_000,
  minHoldSeconds: 10,
  maxHoldSeconds: 3_600,
  macroCharacters: 64,
} as const;

/** As `macroShape` of src/openrtb/bidTypes.ts, which judges when bids are written. */
const macro = (example: string) =>
  checkedText(
    (text) => text.trim(),
    (text) =>
      text.length <= sspLimits.macroCharacters &&
      /^(\$\{[A-Za-z0-9_:]{1,60}\}|%%[A-Za-z0-9_:]{1,60}%%|\{[A-Za-z0-9_]{1,60}\}|\[[A-Za-z0-9_]{1,60}\])$/.test(
        text,
      )
        ? null
        : `must be a macro such as "${example}"`,
  );

const currency = () =>
  checkedText(
    (text) => text.trim().toUpperCase(),
    (text) => (/^[A-Z]{3}$/.test(text) ? null : 'must be an ISO 4217 code such as "EUR"'),
  );

const addressBlock = () =>
  checkedText(
    (text) => text.trim().toLowerCase(),
    (text) =>
      /^[0-9a-f.:]{2,45}(?:\/\d{1,3})?$/.test(text)
        ? null
        : 'must be an address or a CIDR block such as "203.0.113.0/24" or "2001:db8::/32"',
  );

const priceKey = () =>
  checkedText(
    (text) => text.trim().replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
    (text) => (/^[A-Za-z0-9_-]{43}$/.test(text) ? null : "must be 32 bytes in base64"),
  );

/** A name or an address, and a port: what stands there must not hang on what a visitor brings. */
const plainHost = /^[a-z0-9.-]+(?::\d{1,5})?$/;

const shading = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("off") }),
  z.strictObject({
    kind: z.literal("learnt"),
    /** No shading on fewer known prices than this. */
    minObservations: z.int().min(1).max(1_000_000).default(200),
    /** Never below so many thousandths of the value. */
    minPermille: z.int().min(1).max(1_000).default(400),
  }),
]);

/** What an administrator says of an SSP. */
export const sspSchema = z
  .strictObject({
    name: z.string().regex(sspName),
    status: z.enum(["active", "paused"]).default("active"),
    /** Our seat there; null = it knows none. */
    seat: lineOfText(64).nullable().default(null),
    /** Whether its requests carry a key that we made. */
    keyed: z.boolean().default(true),
    /** Where its requests come from; empty = from anywhere. */
    addresses: distinctList(addressBlock(), sspLimits.addresses).default([]),
    /** Pages may ask by themselves (Prebid.js): what comes with an Origin needs neither key nor address. */
    openToBrowsers: z.boolean().default(false),
    /** A second and node. */
    qpsLimit: z.int().min(1).max(sspLimits.maxQps).default(200),
    /** Thousandths of what a campaign pays that the house keeps. */
    marginPermille: z.int().min(0).max(999).default(0),
    /** In which we bid, best first; empty = whichever is asked for and known. */
    currencies: distinctList(currency(), sspLimits.currencies).default([]),
    deadlineMs: z.int().min(sspLimits.minDeadlineMs).max(sspLimits.maxDeadlineMs).default(150),
    /** Of `tmax`, what the way there and back takes: we cannot measure it from here. */
    networkMs: z.int().min(0).max(sspLimits.maxNetworkMs).default(10),
    holdSeconds: z.int().min(sspLimits.minHoldSeconds).max(sspLimits.maxHoldSeconds).default(300),
    wantsNoBidReasons: z.boolean().default(false),
    clickMacro: z
      .strictObject({ text: macro("%%CLICK_URL_UNESC%%"), encoding: z.enum(["raw", "percent"]) })
      .nullable()
      .default(null),
    priceMacro: macro("$" + "{AUCTION_PRICE}").default("$" + "{AUCTION_PRICE}"),
    priceEncoding: z.enum(["none", "base64", "hmac"]).default("none"),
    /** Of the encoding "hmac"; written only. */
    priceKeys: z
      .strictObject({ encryption: priceKey(), integrity: priceKey() })
      .nullable()
      .default(null),
    shading: shading.default({ kind: "learnt", minObservations: 200, minPermille: 400 }),
    billedBy: z.enum(["burl", "nurl"]).default("burl"),
    syncUrl: httpsUrl().nullable().default(null),
  })
  .meta({ title: "SspInput" });

export type SspFields = DeepReadonly<z.output<typeof sspSchema>>;

/** Rules between the fields of an SSP. */
export function sspProblems(fields: Partial<SspFields>): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { keyed, addresses, openToBrowsers, priceEncoding, priceKeys } = fields;
  if (keyed === false && addresses?.length === 0 && openToBrowsers === false)
    problems.push({
      pointer: "/keyed",
      rule: "must be true where neither addresses nor openToBrowsers open the door",
    });
  if (priceEncoding === "hmac" && priceKeys === null)
    problems.push({ pointer: "/priceKeys", rule: 'is required by the price encoding "hmac"' });
  if (priceEncoding !== undefined && priceEncoding !== "hmac" && (priceKeys ?? null) !== null)
    problems.push({ pointer: "/priceKeys", rule: 'must be null unless priceEncoding is "hmac"' });
  const { syncUrl } = fields;
  if (
    typeof syncUrl === "string" &&
    URL.canParse(syncUrl) &&
    !plainHost.test(new URL(syncUrl).host)
  )
    problems.push({
      pointer: "/syncUrl",
      rule: "must have a plain host: macros such as {uid} may stand in its path and query only",
    });
  const { deadlineMs, networkMs } = fields;
  if (deadlineMs !== undefined && networkMs !== undefined && networkMs >= deadlineMs)
    problems.push({ pointer: "/networkMs", rule: "must be less than deadlineMs" });
  return problems;
}
