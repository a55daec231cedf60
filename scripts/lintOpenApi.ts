import { createConfig, lintFromString } from "@redocly/openapi-core";

/** Redocly's recommended rules, and what we ask for besides. */
const rules = {
  "operation-operationId": "error",
  "operation-operationId-unique": "error",
  "operation-operationId-url-safe": "error",
  "operation-summary": "error",
  "operation-description": "off",
  "operation-singular-tag": "error",
  "tag-description": "error",
  "no-unused-components": "error",
  "no-ambiguous-paths": "off",
  "no-invalid-media-type-examples": "error",
  "no-invalid-schema-examples": "error",
  "no-invalid-parameter-examples": "error",
  "path-parameters-defined": "error",
  "no-schema-type-mismatch": "error",
  "no-required-schema-properties-undefined": "error",
  "spec-strict-refs": "error",
  "security-defined": "error",
  // What pages, browsers and exchanges call refuses by bare statuses, or not at all.
  "operation-4xx-response": "off",
  // A click is answered by a redirect only.
  "operation-2xx-response": "off",
  // The server of the document is the one that serves it.
  "no-server-example.com": "off",
  "info-license-strict": "off",
} as const;

/** What is wrong with an OpenAPI document, as sentences; empty = nothing. */
export async function lintOpenApi(text: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ["recommended-strict"], rules });
  const problems = await lintFromString({ source: text, absoluteRef: "docs/openapi.json", config });
  return problems.map(
    ({ ruleId, message, location: [first] }) => `${first?.pointer ?? ""}: ${message} (${ruleId})`,
  );
}
