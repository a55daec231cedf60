import { z } from "zod";
import type { FieldProblem } from "../errors.ts";
import { isPrivateAddress } from "../links/privateAddress.ts";
import { highestAttribute } from "../targeting/bidConstraints.ts";
import { macroProblem } from "../targeting/landingMacros.ts";
import {
  checkedText,
  type DeepReadonly,
  distinctList,
  entityId,
  httpsOrLoopbackUrl,
  httpsUrl,
  lineOfText,
} from "./fieldTypes.ts";
import { bannerSizes, limits } from "./limits.ts";
import { type Parsed, parseFields } from "./problems.ts";
import { type HtmlRules, scanHtml, strictHtml } from "./scanHtml.ts";

/** Names are looked up when the creative is saved and when the page is asked; an address says by itself where it leads. */
const leadsOutside = (url: string): boolean =>
  !URL.canParse(url) || !isPrivateAddress(new URL(url).hostname);

const everyCreative = {
  campaignId: entityId(),
  /** An inactive creative is kept but not shown. */
  active: z.boolean().default(true),
  /** Where a click leads: a page that everybody can reach. */
  landingUrl: httpsUrl()
    .refine(leadsOutside, "must not lead to a private or reserved address")
    .superRefine((url, context) => {
      const message = macroProblem(url);
      if (message !== null) context.addIssue({ code: "custom", message });
    }),
  /** Its share of the turns among its campaign's creatives, where the campaign goes by weights. */
  weight: z.int().min(1).max(100).default(1),
  /** AdCOM's list of creative attributes: what exchanges may block (3 = expands by itself, 13 = interactive). */
  attributes: distinctList(z.int().min(1).max(highestAttribute), highestAttribute).default([]),
};

/** Pixels of a native picture or icon: exchanges name least sizes. */
const pictureSide = () => z.int().min(1).max(limits.pictureSide).nullable().default(null);

const pixels = () => z.int().min(1).max(4_096);

type UrlField = ReturnType<typeof httpsUrl>;

const nativeCreative = (imageUrl: UrlField) =>
  z.strictObject({
    ...everyCreative,
    format: z.literal("native"),
    title: lineOfText(limits.titleCharacters),
    text: lineOfText(limits.textCharacters),
    callToAction: lineOfText(limits.callToActionCharacters),
    imageUrl,
    /** An uploaded picture of the same advertiser: the addresses and sizes of picture and icon then follow from it. */
    mediaId: entityId().nullable().default(null),
    /** Both or neither; null = not known, so that exchanges that name a least size are not offered it. */
    imageWidth: pictureSide(),
    imageHeight: pictureSide(),
    /** A square picture that stands for the shop, with the pixels of its side: both or neither. */
    iconUrl: imageUrl.nullable().default(null),
    iconSide: pictureSide(),
  });

const imageCreative = (imageUrl: UrlField) =>
  z.strictObject({
    ...everyCreative,
    format: z.literal("image"),
    imageUrl,
    /** An uploaded picture of the same advertiser: the address then follows from it and from the size. */
    mediaId: entityId().nullable().default(null),
    alt: lineOfText(limits.altCharacters),
    width: pixels(),
    height: pixels(),
  });

/** Tabs and line breaks are part of a source text; other controls are not. */
const controlsInSource = /[^\P{Cc}\t\n\r]/u;

const htmlCreative = z.strictObject({
  ...everyCreative,
  format: z.literal("html"),
  html: checkedText(
    (text) => text.normalize("NFC").trim(),
    (text) => {
      if (text === "") return "must not be empty";
      if (controlsInSource.test(text)) return "must not contain control characters";
      const bytes = Buffer.byteLength(text);
      return bytes <= limits.htmlBytes
        ? null
        : `must have at most ${limits.htmlBytes} bytes in UTF-8 (it has ${bytes})`;
    },
  ),
  width: pixels(),
  height: pixels(),
});

/** The formats with a picture, by where pictures may lie. */
const pictured = {
  https: { native: nativeCreative(httpsUrl()), image: imageCreative(httpsUrl()) },
  httpsOrLoopback: {
    native: nativeCreative(httpsOrLoopbackUrl()),
    image: imageCreative(httpsOrLoopbackUrl()),
  },
};

/** By format, as production takes them. */
export const creativeSchemas = { ...pictured.https, html: htmlCreative };

/** A creative: what is shown and where a click leads. */
export type CreativeFields = DeepReadonly<
  z.output<typeof pictured.https.native | typeof pictured.https.image | typeof htmlCreative>
>;

type NativeFields = Extract<CreativeFields, { readonly format: "native" }>;

/** "https" in production: elsewhere than on its own machine, a visitor's browser would ask the visitor's machine. */
export type PictureRule = keyof typeof pictured;

/** Checks a creative by its format's own schema. Every problem at once. Pure. */
export function parseCreative(
  body: unknown,
  pictures: PictureRule = "https",
  htmlRules: HtmlRules = strictHtml,
): Parsed<CreativeFields> {
  switch (formatOf(body)) {
    case "native":
      return parseFields(pictured[pictures].native, body, pairProblems);
    case "image":
      return parseFields(pictured[pictures].image, body, sizeProblems);
    case "html":
      return parseFields(htmlCreative, body, (fields) => [
        ...sizeProblems(fields),
        ...(fields.html === undefined ? [] : scanHtml(fields.html, htmlRules)),
      ]);
    default:
      return { ok: false, problems: [formatProblem(body)] };
  }
}

function formatProblem(body: unknown): FieldProblem {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  if (!isObject) return { pointer: "", rule: "must be an object" };
  return { pointer: "/format", rule: "must be one of native, image, html" };
}

function formatOf(body: unknown): unknown {
  return typeof body === "object" && body !== null && "format" in body ? body.format : undefined;
}

/** Fields that are wrong by themselves are absent here, and nothing is said of their partner. */
function pairProblems(fields: Partial<NativeFields>): readonly FieldProblem[] {
  const pairs = [
    ["imageWidth", "imageHeight"],
    ["iconUrl", "iconSide"],
  ] as const;
  return pairs.flatMap(([one, other]) => [
    ...missingPartner(fields, one, other),
    ...missingPartner(fields, other, one),
  ]);
}

function missingPartner(
  fields: Partial<NativeFields>,
  missing: keyof NativeFields,
  partner: keyof NativeFields,
): readonly FieldProblem[] {
  if (fields[missing] !== null || fields[partner] == null) return [];
  return [{ pointer: `/${missing}`, rule: `is required with ${partner}` }];
}

function sizeProblems(size: {
  readonly width?: number;
  readonly height?: number;
}): readonly FieldProblem[] {
  const { width, height } = size;
  if (width === undefined || height === undefined) return [];
  if (bannerSizes.some(([w, h]) => w === width && h === height)) return [];
  const sizes = bannerSizes.map((pair) => pair.join("×")).join(", ");
  return [{ pointer: "/width", rule: `width × height must be one of ${sizes}` }];
}
