import { bulkLineSchema, bulkQuerySchema, bulkResultSchema } from "../../../campaigns/bulkLines.ts";
import type { Operation } from "../operation.ts";

const line = bulkLineSchema.meta({ title: "BulkLine" });

const results = { schema: bulkResultSchema, contentType: "application/x-ndjson" } as const;

/** Lines of NDJSON, which OpenAPI 3.1 has no word for: the schema is that of each line. */
function bulkOperation(collection: "campaigns" | "creatives", tag: "Campaigns" | "Creatives") {
  return {
    id: `bulk${tag}`,
    method: "post",
    path: `/v1/${collection}/bulk`,
    tag,
    summary: `Create and change many ${collection}`,
    description:
      "Up to 10,000 lines, each a creation or a change, and a result for each in their order. With `atomic=1` all lines or none, of at most 1,000.",
    access: ["apiKey"],
    query: bulkQuerySchema,
    body: { schema: line, contentTypes: ["application/x-ndjson"] },
    answers: {
      200: { ...results, description: "What became of each line." },
      422: { ...results, description: "With `atomic=1`: nothing was written, for these reasons." },
    },
  } as const satisfies Operation;
}

export const bulkOperations: readonly Operation[] = [
  bulkOperation("campaigns", "Campaigns"),
  bulkOperation("creatives", "Creatives"),
];
