/** The types of columns, by names that DuckDB, Postgres and Redshift share. */
export type ColumnType =
  | "VARCHAR"
  | "BIGINT"
  | "DOUBLE PRECISION"
  | "BOOLEAN"
  | "DATE"
  | "TIMESTAMP";

export interface LakeColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A column that comes from a field of the payload. */
export interface PayloadColumn extends LakeColumn {
  readonly field: string;
  /** A list or an object: kept as JSON text. */
  readonly isJson: boolean;
}

/** How the events of one schema lie in the lake. */
export interface LakeTable {
  /** "ad_event.v1" */
  readonly schema: string;
  /** "ad_event_v1", for SQL. */
  readonly viewName: string;
  /** Null = the schema names no fields: the payload is one column of JSON text. */
  readonly payloadColumns: readonly PayloadColumn[] | null;
  /** All columns, in the order in which they are written. */
  readonly columns: readonly LakeColumn[];
}

/** A JSON schema of `warehouse/events`, as far as tables are made of it. */
export interface EventSchema {
  readonly $id: string;
  readonly properties: { readonly payload: FieldSchema };
}

export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

const schemaShape = /^[a-z][a-z0-9_]{0,50}\.v[1-9]\d{0,3}$/;
const dayPattern = "^\\d{4}-\\d{2}-\\d{2}$";

/**
 * The table of an event schema: `event_id`, `occurred_at`, a column for each field of the payload (snake case; lists and
 * objects as JSON text), `extra` (fields that the schema does not name, as JSON text) and `told_by` ("stream" or "ledger").
 * Throws when the schema has no name of ours, or two columns would share one.
 */
export function tableOf(schema: EventSchema): LakeTable {
  if (!schemaShape.test(schema.$id)) throw new Error(`"${schema.$id}" does not name a schema`);
  const fields = Object.entries(schema.properties.payload.properties ?? {});
  const payloadColumns = fields.map(([field, of]) => ({
    name: snakeCase(field),
    field,
    ...columnTypeOf(of),
  }));
  const hasFields = payloadColumns.length > 0;
  const told: readonly LakeColumn[] = hasFields
    ? [...payloadColumns.map(({ name, type }) => ({ name, type })), text("extra")]
    : [text("payload")];
  const columns: readonly LakeColumn[] = [
    text("event_id"),
    { name: "occurred_at", type: "TIMESTAMP" },
    ...told,
    text("told_by"),
  ];
  // Readers see the partition as columns of these names.
  const names = [...columns.map(({ name }) => name), "date", "hour"];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${schema.$id} has two columns "${twice}"`);
  return {
    schema: schema.$id,
    viewName: schema.$id.replace(".", "_"),
    payloadColumns: hasFields ? payloadColumns : null,
    columns,
  };
}

/**
 * Why a lake that was written with `stored` columns cannot go on with `table`; null = it can. A schema may gain fields
 * within a version; a field that goes or changes its type makes another version.
 */
export function evolutionProblem(stored: readonly LakeColumn[], table: LakeTable): string | null {
  for (const { name, type } of stored) {
    const now = table.columns.find((column) => column.name === name);
    if (now === undefined) return `${table.schema} has lost its column ${name}`;
    if (now.type !== type)
      return `${table.schema} has made its column ${name} ${now.type}, which was ${type}`;
  }
  return null;
}

function text(name: string): LakeColumn {
  return { name, type: "VARCHAR" };
}

function snakeCase(field: string): string {
  const name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (!/^[a-z][a-z0-9_]{0,60}$/.test(name)) throw new Error(`"${field}" does not name a column`);
  return name;
}

function columnTypeOf(field: FieldSchema): { readonly type: ColumnType; readonly isJson: boolean } {
  const kinds = kindsOf(field).filter((kind) => kind !== "null");
  const kind = kinds.length === 1 ? kinds[0] : "mixed";
  if (kind === "string") {
    const type = field.pattern === dayPattern ? "DATE" : "VARCHAR";
    return { type, isJson: false };
  }
  if (kind === "integer") return { type: "BIGINT", isJson: false };
  if (kind === "number") return { type: "DOUBLE PRECISION", isJson: false };
  if (kind === "boolean") return { type: "BOOLEAN", isJson: false };
  return { type: "VARCHAR", isJson: true };
}

function kindsOf({ type, enum: values, const: value }: FieldSchema): readonly string[] {
  if (type !== undefined) return typeof type === "string" ? [type] : type;
  const known = values ?? (value === undefined ? [] : [value]);
  return [...new Set(known.map(kindOf))];
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return Array.isArray(value) ? "array" : typeof value;
}
