import { z } from "zod";
import { storedCreativeSchema } from "../../../campaigns/answers.ts";
import { creativeSchemas } from "../../../campaigns/creativeSchema.ts";
import { entityId } from "../../../campaigns/fieldTypes.ts";
import type { Operation } from "../operation.ts";
import { changeHeaders, changeOf, idIn, listQuery, pageOf } from "../parameters.ts";

const { native, image, html } = creativeSchemas;
const creativeInput = z
  .discriminatedUnion("format", [
    native.meta({ title: "NativeCreativeInput" }),
    image.meta({ title: "ImageCreativeInput" }),
    html.meta({ title: "HtmlCreativeInput" }),
  ])
  .meta({ title: "CreativeInput" });
/** Any field of any format: the result is checked by the creative's own. */
const everyField = z.strictObject({ ...html.shape, ...image.shape, ...native.shape });
const creativeChange = changeOf(everyField, "CreativeChange", ["campaignId", "format"]);

const entity = { schema: storedCreativeSchema, headers: ["ETag"] } as const;

export const creativeOperations: readonly Operation[] = [
  {
    id: "createCreative",
    method: "post",
    path: "/v1/creatives",
    tag: "Creatives",
    summary: "Create a creative",
    access: ["apiKey"],
    body: {
      schema: creativeInput,
      examples: {
        native: {
          campaignId: 1,
          format: "native",
          title: "Vidange à 49 €",
          text: "Sans rendez-vous, le samedi aussi.",
          callToAction: "Voir",
          imageUrl: "https://garage.example.fr/vidange.jpg",
          landingUrl: "https://garage.example.fr/",
        },
      },
    },
    answers: {
      201: { ...entity, description: "The creative.", headers: ["ETag", "Location"] },
    },
  },
  {
    id: "listCreatives",
    method: "get",
    path: "/v1/creatives",
    tag: "Creatives",
    summary: "List creatives",
    access: ["apiKey"],
    query: listQuery({ campaignId: entityId().optional() }),
    answers: { 200: { description: "A page of them.", schema: pageOf(storedCreativeSchema) } },
  },
  {
    id: "readCreative",
    method: "get",
    path: "/v1/creatives/:creativeId",
    tag: "Creatives",
    summary: "Read a creative",
    access: ["apiKey"],
    params: idIn("creativeId"),
    answers: { 200: { ...entity, description: "The creative." } },
  },
  {
    id: "changeCreative",
    method: "patch",
    path: "/v1/creatives/:creativeId",
    tag: "Creatives",
    summary: "Change a creative",
    description: "Taking one out of service is changing `active`.",
    access: ["apiKey"],
    params: idIn("creativeId"),
    headers: changeHeaders,
    body: { schema: creativeChange, examples: { stop: { active: false } } },
    answers: { 200: { ...entity, description: "The creative as it is now." } },
  },
];
