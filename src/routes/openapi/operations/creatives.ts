import { z } from "zod";
import { storedCreativeSchema } from "../../../campaigns/answers.ts";
import { creativeSchemas } from "../../../campaigns/creativeSchema.ts";
import { creativeList } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";
import { changeOf, idIn } from "../parameters.ts";
import { resourceOperations } from "../resources.ts";

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

const { create, list, read, change, remove } = resourceOperations({
  name: "Creative",
  words: { one: "a creative", many: "creatives", it: "the creative" },
  tag: "Creatives",
  list: creativeList,
  params: idIn("creativeId"),
  input: {
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
  change: {
    schema: changeOf(everyField, "CreativeChange", ["campaignId", "format"]),
    examples: { stop: { active: false } },
  },
  item: storedCreativeSchema,
  notes: {
    change: "Taking one out of service is changing `active`.",
    remove: "Of drafts only: elsewhere take it out of service.",
  },
});

export const creativeOperations: readonly Operation[] = [create, list, read, change, remove];
