import { z } from "zod";

const column = z.string().min(1).max(200);
const values = z
  .record(z.string().max(200), z.string().max(200))
  .refine((map) => Object.keys(map).length <= 500);

/** How a field of an event comes from a line of a legacy file. */
const fieldSchema = z.union([
  z.strictObject({ constant: z.union([z.string().max(200), z.number()]) }),
  z.strictObject({
    column,
    /**
     * text (usual) · integer · euros, cents, micros (with the file's decimal sign) → micros · visitor: hashed with
     * VISITOR_SECRET, never kept.
     */
    as: z.enum(["text", "integer", "euros", "cents", "micros", "visitor"]).optional(),
    /** What stands in the file → what it means here. Anything else is a bad line, unless `others` says what it means. */
    values: values.optional(),
    others: z.string().max(200).optional(),
  }),
]);

const mappingSchema = z.strictObject({
  schema: z.enum(["page_activity.v1", "ad_event.v1"]),
  format: z.enum(["csv", "parquet"]),
  encoding: z.enum(["utf-8", "latin1"]).default("utf-8"),
  separator: z.enum([",", ";", "\t", "|"]).default(";"),
  decimal: z.enum([",", "."]).default(","),
  /** Names of the columns where the file has no line of them. */
  columns: z.array(column).min(1).max(500).optional(),
  occurredAt: z.strictObject({
    column,
    /** iso · dd/MM/yyyy HH:mm:ss (seconds may lack) · yyyy-MM-dd HH:mm:ss · seconds or milliseconds since 1970. */
    format: z.enum([
      "iso",
      "dd/MM/yyyy HH:mm:ss",
      "yyyy-MM-dd HH:mm:ss",
      "epoch_seconds",
      "epoch_millis",
    ]),
    timeZone: z
      .string()
      .max(60)
      .default("Europe/Paris")
      .refine(isTimeZone, "must be a time zone such as Europe/Paris"),
  }),
  /** A column that is unique, or columns that together tell a line: two lines with the same are one event. */
  eventId: z.union([
    z.strictObject({ column }),
    z.strictObject({ hashOf: z.array(column).min(1).max(50) }),
  ]),
  /** Where it is met, visitors are kept; without it no field may be a visitor. */
  consent: z
    .strictObject({ column, values: z.array(z.string().max(200)).min(1).max(50) })
    .optional(),
  payload: z.record(z.string().max(60), fieldSchema),
});

export type LegacyMapping = Readonly<z.output<typeof mappingSchema>>;
export type LegacyField = z.output<typeof fieldSchema>;

/** Reads the text of a mapping file. Throws an Error that names each field and its rule. */
export function parseMapping(text: string): LegacyMapping {
  const parsed = mappingSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const rules = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".") || "the file"}: ${message}`,
    );
    throw new Error(`The mapping is not valid.\n${rules.join("\n")}`);
  }
  const problem = problemOfPersons(parsed.data);
  if (problem !== null) throw new Error(`The mapping is not valid.\n${problem}`);
  return parsed.data;
}

/** Fields that name somebody: never as they stand in the file, and only of who allowed it. */
const personFields = ["visitorKey", "accountKey"];

function problemOfPersons({ payload, consent }: LegacyMapping): string | null {
  const isVisitor = (field: LegacyField) => "as" in field && field.as === "visitor";
  for (const name of personFields) {
    const field = payload[name];
    if (field !== undefined && !isVisitor(field))
      return `payload.${name}: must be \`"as": "visitor"\`, so that it is hashed`;
  }
  return Object.values(payload).some(isVisitor) && consent === undefined
    ? "payload: a visitor needs `consent`: who did not allow it is not kept"
    : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("The mapping is not valid.\nthe file: is not JSON");
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
