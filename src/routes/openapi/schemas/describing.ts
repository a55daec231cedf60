import type { z } from "zod";
import type { DeepReadonly } from "../../../campaigns/fieldTypes.ts";

/**
 * For answers of rooms that know no zod: `describing<ZoneSummary>()(z.object({ … }))` compiles only where schema and type
 * say the same.
 */
export function describing<Value>() {
  return <Schema extends z.ZodType<Value>>(
    schema: Schema &
      (DeepReadonly<Value> extends DeepReadonly<z.output<Schema>>
        ? unknown
        : "the schema asks for more than the type has"),
  ): Schema => schema;
}
