import { z } from "zod";
import { entityId } from "../../campaigns/fieldTypes.ts";

/** What many operations have in common. */

/** An id in a path: `params: idIn("campaignId")`. */
export function idIn<Name extends string>(name: Name): z.ZodObject<Record<Name, z.ZodInt>> {
  return z.object({ [name]: entityId() } as Record<Name, z.ZodInt>);
}

/** Headers of a change. */
export const changeHeaders = z.object({
  "If-Match": z
    .string()
    .optional()
    .describe(
      'The `ETag` that the change is based on, `"3"`: it is refused when there is a newer one.',
    ),
});

/**
 * The body of a PATCH: any field of the creation but those of `fixed`, without defaults, and the version that the change is
 * based on.
 */
export function changeOf<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  title: string,
  fixed: readonly string[] = [],
) {
  const fields = Object.entries(schema.shape)
    .filter(([name]) => !fixed.includes(name))
    .map(([name, field]) => [name, z.optional(withoutDefault(field as z.ZodType))] as const);
  return z
    .strictObject({
      ...Object.fromEntries(fields),
      version: z.int().min(1).optional().describe("As `If-Match`."),
    })
    .meta({ title });
}

function withoutDefault(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;
}
