import { allowedLicences, licenceExceptions, withoutHash } from "./packageRules.ts";

/** What a lockfile (version 3) says of one package. */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
  /** It came within another one, whose hash covers it. */
  readonly inBundle?: boolean;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** Whether an SPDX expression allows what we do: all of what is joined by AND, one of what is joined by OR. */
export function isAllowed(expression: string, allowed: ReadonlySet<string>): boolean {
  const bare = expression.replace(/[()]/g, "").trim();
  // No expression of ours mixes the two.
  if (bare.includes(" AND ")) return bare.split(" AND ").every((part) => isAllowed(part, allowed));
  return bare.split(" OR ").some((part) => allowed.has(part.trim()));
}

/** What is wrong with the packages of a lockfile, a sentence each. Pure. */
export function packageProblems({ packages }: Lockfile): readonly string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === "") return [];
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    return [...sourceProblems(name, entry), ...licenceProblems(name, entry)];
  });
}

function sourceProblems(name: string, entry: LockedPackage): readonly string[] {
  const problems: string[] = [];
  if (entry.link === true) problems.push(`${name} is a link to a folder`);
  if (entry.resolved !== undefined)
    problems.push(`${name} names an address to be fetched from: ${entry.resolved}`);
  if (!/^\d+\.\d+\.\d+/.test(entry.version ?? "")) problems.push(`${name} has no version`);
  const isExcused = withoutHash.test(name) && entry.optional === true;
  if (entry.inBundle === true || isExcused) return problems;
  if (!/^sha512-[A-Za-z0-9+/]{86}==/.test(entry.integrity ?? ""))
    problems.push(`${name} has no sha512 of what is to be installed`);
  return problems;
}

function licenceProblems(name: string, { license, dev }: LockedPackage): readonly string[] {
  if (license !== undefined && isAllowed(license, allowedLicences)) return [];
  const exception = licenceExceptions.find(({ packages }) => packages.test(name));
  const isExcused =
    exception !== undefined &&
    (dev === true || !exception.developmentOnly) &&
    (license === undefined
      ? exception.licence === null
      : isAllowed(license, new Set([...allowedLicences, exception.licence ?? ""])));
  return isExcused ? [] : [`${name} is under ${license ?? "no licence that it tells"}`];
}
