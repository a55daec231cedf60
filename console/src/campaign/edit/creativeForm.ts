import type { InputOf } from "../../../../sdk/src/client.ts";
import type { Creative } from "../types.ts";

export type CreativeChange = InputOf<"changeCreative">["body"];

/** What may be changed of a creative without another picture, as people type it. */
export interface CreativeForm {
  readonly title: string;
  readonly text: string;
  readonly callToAction: string;
  readonly alt: string;
  readonly landingUrl: string;
  readonly weight: number | "";
  readonly active: boolean;
}

export type CreativeField = keyof CreativeForm;

/** The fields of each format, and how long they may be. */
export const textFields: Readonly<
  Record<
    Creative["format"],
    readonly { readonly name: "title" | "text" | "callToAction" | "alt"; readonly most: number }[]
  >
> = {
  native: [
    { name: "title", most: 45 },
    { name: "text", most: 130 },
    { name: "callToAction", most: 30 },
  ],
  image: [{ name: "alt", most: 150 }],
  html: [],
};

export const creativeFields = {
  "/title": "title",
  "/text": "text",
  "/callToAction": "callToAction",
  "/alt": "alt",
  "/landingUrl": "landingUrl",
  "/weight": "weight",
  "/active": "active",
} as const satisfies Readonly<Record<string, CreativeField>>;

/** The form of a creative as it is. Pure. */
export function creativeFormOf(creative: Creative): CreativeForm {
  const { landingUrl, weight, active } = creative;
  const isNative = creative.format === "native";
  return {
    title: isNative ? creative.title : "",
    text: isNative ? creative.text : "",
    callToAction: isNative ? creative.callToAction : "",
    alt: creative.format === "image" ? creative.alt : "",
    landingUrl,
    weight,
    active,
  };
}

/** The body of the PATCH: only what was changed. Pure. */
export function creativeBodyOf(creative: Creative, form: CreativeForm): CreativeChange {
  const present = creativeFormOf(creative);
  const changed = (Object.keys(present) as CreativeField[]).filter(
    (name) => present[name] !== form[name],
  );
  const body = Object.fromEntries(changed.map((name) => [name, form[name]]));
  return form.weight === "" && "weight" in body ? { ...body, weight: 0 } : body;
}

/** Whether a change waits for a reviewer: what visitors see, or where they are led. Pure. */
export function needsReview(body: CreativeChange): boolean {
  return Object.keys(body).some((name) => name !== "weight" && name !== "active");
}
