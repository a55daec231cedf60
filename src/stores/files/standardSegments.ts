import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { segmentDefinitionSchema } from "../../campaigns/segments/definition.ts";

const folder = fileURLToPath(new URL("../../../warehouse/segments/", import.meta.url));

const fileSchema = z.array(
  z.strictObject({
    slug: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .max(60),
    /** French, as visitors read it. */
    name: z.string().min(1).max(100),
    definition: segmentDefinitionSchema,
  }),
);

export type StandardSegment = Readonly<z.output<typeof fileSchema>[number]>;

/** The segments that come with the product (`warehouse/segments`): made where they are missing, and then the operator's. */
export function standardSegments(): readonly StandardSegment[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => fileSchema.parse(JSON.parse(readFileSync(`${folder}${name}`, "utf8"))));
}
