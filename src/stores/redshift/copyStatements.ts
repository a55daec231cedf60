import type { Dialect } from "./dialect/dialect.ts";
import { describeBreach, lintSql } from "./dialect/lintSql.ts";
import { sqlTokens } from "./dialect/sqlTokens.ts";

const namePattern = /^[a-z][a-z0-9_]{0,62}(?:\.[a-z][a-z0-9_]{0,62})?$/;
const bucketUrl = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[A-Za-z0-9!_.*()/=-]{1,900}$/;
const roleArn = /^arn:aws(?:-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

export interface UnloadOptions {
  /** A select within the dialect; parameters are `:name`. */
  readonly select: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** "s3://bucket/prefix/": its objects begin so. */
  readonly to: string;
  readonly iamRole: string;
  /** Columns that become folders, `date=2026-06-01/`. */
  readonly partitionBy?: readonly string[];
  /** 5 to 6,200. Default 128. */
  readonly maxFileMegabytes?: number;
}

/**
 * `UNLOAD` of a select to Parquet in S3. The Data API binds nothing within the quoted select, so its parameters are written
 * into it, as texts. Throws for anything that is not of the dialect, or no name, address or role.
 * https://docs.aws.amazon.com/redshift/latest/dg/r_UNLOAD.html
 */
export function unloadStatement(options: UnloadOptions, dialect: Dialect): string {
  const { select, parameters = {}, partitionBy = [], maxFileMegabytes = 128 } = options;
  requireDialect(select, dialect);
  require(/^\s*(?:--[^\n]*\n\s*)*(?:select|with)\b/i.test(select), "select", "must be a select");
  require(bucketUrl.test(options.to), "to", "must be an address in S3");
  require(roleArn.test(options.iamRole), "iamRole", "must be the ARN of a role");
  for (const column of partitionBy)
    require(namePattern.test(column), "partitionBy", "must be names of columns");
  const isSize =
    Number.isInteger(maxFileMegabytes) && maxFileMegabytes >= 5 && maxFileMegabytes <= 6_200;
  require(isSize, "maxFileMegabytes", "must be 5 to 6200");
  return [
    `unload (${quoted(withValues(select, parameters))})`,
    `to ${quoted(options.to)}`,
    `iam_role ${quoted(options.iamRole)}`,
    "format as parquet",
    ...(partitionBy.length === 0 ? [] : [`partition by (${partitionBy.join(", ")}) include`]),
    `maxfilesize ${maxFileMegabytes} mb`,
    "cleanpath",
  ].join("\n");
}

export interface CopyOptions {
  readonly table: string;
  /** "s3://bucket/ad_event.v1/date=2026-06-01/": every object that begins so, or a manifest's address. */
  readonly from: string;
  readonly iamRole: string;
  /** `from` names a file that lists the objects: those that count, not those that a later state replaced. */
  readonly isManifest?: boolean;
}

/**
 * `COPY` of Parquet parts of the lake into a table whose columns stand in the order of the file's.
 * https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html
 */
export function copyStatement({ table, from, iamRole, isManifest = false }: CopyOptions): string {
  require(namePattern.test(table), "table", "must be the name of a table");
  require(bucketUrl.test(from), "from", "must be an address in S3");
  require(roleArn.test(iamRole), "iamRole", "must be the ARN of a role");
  return [
    `copy ${table}`,
    `from ${quoted(from)}`,
    `iam_role ${quoted(iamRole)}`,
    "format as parquet",
    ...(isManifest ? ["manifest"] : []),
  ].join("\n");
}

/** The manifest of a `COPY`: Parquet wants the size of each object. */
export function copyManifest(
  objects: readonly { readonly url: string; readonly bytes: number }[],
): string {
  const entries = objects.map(({ url, bytes }) => {
    require(bucketUrl.test(url), "url", "must be an address in S3");
    return { url, mandatory: true, meta: { content_length: bytes } };
  });
  return JSON.stringify({ entries });
}

function requireDialect(select: string, dialect: Dialect): void {
  const [breach] = lintSql(select, dialect);
  if (breach !== undefined) throw new Error(describeBreach("select", breach));
}

/** Comments go: a quote within one would end nothing here, and much there. */
function withValues(select: string, parameters: Readonly<Record<string, string>>): string {
  const tokens = sqlTokens(select);
  return tokens
    .map((token, at) => {
      const before = tokens[at - 1];
      const gap = before === undefined || before.end === token.start ? "" : " ";
      if (token.kind === "string") return `${gap}${quoted(token.text.replaceAll("''", "'"))}`;
      if (token.kind !== "parameter") return gap + token.text;
      const value = parameters[token.text.slice(1)];
      if (value === undefined)
        throw new Error(`The select's parameter ${token.text} needs a value`);
      require(!/[\\\0]/.test(value), token.text, "must have no backslash and no zero");
      return gap + quoted(value);
    })
    .join("");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function require(isMet: boolean, field: string, rule: string): void {
  if (!isMet) throw new Error(`${field} ${rule}`);
}
