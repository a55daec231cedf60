import { type Fields, fieldsOf } from "./fields.ts";
import type { Ad } from "./types.ts";

const longestText = 4_000;
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value.slice(0, 20) : [];
const textOf = (value: unknown): string =>
  typeof value === "string" ? value.slice(0, longestText) : "";
/** Nothing but the web: no code, no files. */
const urlOf = (value: unknown): string =>
  /^https?:\/\/\S+$/.test(textOf(value)) ? textOf(value) : "";

const readers: readonly (readonly [names: string, as: (value: unknown) => unknown])[] = [
  ["format advertiser label title text callToAction alt payer choices", textOf],
  ["imageUrl aboutUrl impression viewable click", urlOf],
  ["creativeId width height", (value) => (typeof value === "number" ? value : 0)],
  ["mentions reasons", (value) => listOf(value).map(textOf)],
];

/**
 * The ads of an answer by placement. Whatever it holds, what comes out of here is text of bounded length, numbers and
 * addresses of the web; an ad that lacks something it needs is left out. Never throws. Pure.
 */
export function readAnswer(answer: unknown): Map<string, Ad[]> {
  return new Map(
    listOf(fieldsOf(answer).placements)
      .map(fieldsOf)
      .map(({ id, ads }) => [textOf(id), listOf(ads).map(readAd).filter(isComplete)]),
  );
}

function readAd(value: unknown): Ad {
  const ad = fieldsOf(value);
  // What is copied of a text are its letters, which nobody asks for.
  const from: Fields = {
    ...fieldsOf(ad.content),
    ...fieldsOf(ad.why),
    ...fieldsOf(ad.tracking),
    ...ad,
  };
  return Object.fromEntries(
    readers.flatMap(([names, as]) => names.split(" ").map((name) => [name, as(from[name])])),
  ) as unknown as Ad;
}

const isComplete = ({ format, imageUrl, impression, viewable, click }: Ad): boolean =>
  Boolean(impression && viewable && click && (imageUrl || format === "html"));
