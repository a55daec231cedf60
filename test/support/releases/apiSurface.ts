/** What of a description clients hold on to. */
export interface ApiSurface {
  readonly version: string;
  /** "GET /v1/campaigns", "GET /v1/campaigns?status", "Campaign.name": what may be asked for or answered. */
  readonly there: ReadonlySet<string>;
  /** "CampaignInput.name": what a body needs. */
  readonly needed: ReadonlySet<string>;
}

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

interface Description {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Described {
  readonly parameters?: readonly { readonly name?: string; readonly required?: boolean }[];
}

const methods = ["get", "post", "put", "patch", "delete"];

/** Reads a description of OpenAPI. Schemas that have no name are not looked into. */
export function surfaceOf(text: string): ApiSurface {
  const { info, paths, components }: Description = JSON.parse(text);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      methods.includes(method)
        ? [{ name: `${method.toUpperCase()} ${path}`, operation: operation as Described }]
        : [],
    ),
  );
  const parameters = operations.flatMap(({ name, operation: { parameters = [] } }) =>
    parameters.map((one) => ({ name: `${name}?${one.name}`, isNeeded: one.required === true })),
  );
  const schemas = Object.entries(components.schemas);
  const fields = schemas.flatMap(([name, { properties = {} }]) =>
    Object.keys(properties).map((field) => `${name}.${field}`),
  );
  const isBody = ([name]: readonly [string, Schema]) => /(Input|Fields|Rotation)$/.test(name);
  return {
    version: info.version,
    there: new Set([
      ...operations.map(({ name }) => name),
      ...parameters.map(({ name }) => name),
      ...fields,
    ]),
    needed: new Set([
      ...parameters.filter(({ isNeeded }) => isNeeded).map(({ name }) => name),
      ...schemas
        .filter(isBody)
        .flatMap(([name, { required = [] }]) => required.map((field) => `${name}.${field}`)),
    ]),
  };
}
