import { ofPlace } from "../serving/frenchPlaces.ts";
import { atPlace } from "./atPlace.ts";
import type { Random } from "./random.ts";
import { givenNames, surnames } from "./shopWords.ts";

/** Longest texts of a native ad, in characters. */
export const nativeLimits = { title: 45, text: 130, callToAction: 30 } as const;

/** What a pattern's {nom}, {prenom}, {de} and {a} stand for. */
export interface Wording {
  readonly surname: string;
  readonly givenName: string;
  readonly commune: string;
}

/** Draws the owner of a shop in a commune. */
export function drawWording(commune: string, random: Random): Wording {
  return { surname: random.pick(surnames), givenName: random.pick(givenNames), commune };
}

/** Fills in a pattern: "Garage {de}" → "Garage du Mans". */
export function fillPattern(pattern: string, wording: Wording): string {
  return pattern
    .replaceAll("{nom}", wording.surname)
    .replaceAll("{prenom}", wording.givenName)
    .replaceAll("{de}", ofPlace(wording.commune))
    .replaceAll("{a}", atPlace(wording.commune));
}

/** French puts a no-break space before double punctuation, the euro sign and inside guillemets. */
export function withFrenchSpaces(text: string): string {
  return text.replace(/ ([?!:;»€%])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
}

/**
 * Picks one of the patterns that fit in `maxLength` once filled in.
 * Throws RangeError when none does: every list needs a pattern without a place.
 */
export function pickText(
  patterns: readonly string[],
  wording: Wording,
  maxLength: number,
  random: Random,
): string {
  const filled = patterns
    .map((pattern) => withFrenchSpaces(fillPattern(pattern, wording)))
    .filter((text) => text.length <= maxLength);
  if (filled.length === 0) throw new RangeError(`no pattern fits in ${maxLength} characters`);
  return random.pick(filled);
}

/** "Boulangerie d'Angers" → "boulangerie-d-angers", at most 50 characters: a host name's label. */
export function toSlug(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/œ/gi, "oe")
    .replace(/æ/gi, "ae")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50)
    .replace(/^-+|-+$/g, "");
}
