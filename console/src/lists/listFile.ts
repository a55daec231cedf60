import type { AudienceList } from "../../../sdk/src/generated.ts";

export type IdentifierKind = AudienceList["identifier"];

/** What the server takes: entries of a list, lines of a request. */
export const mostEntries = 1_000_000;
export const mostLinesAtOnce = 50_000;
export const mostFileBytes = 120_000_000;

/** What a file came to. Addresses and ids are hashed here: they never leave the browser. */
export interface HashedFile {
  /** SHA-256, 64 hexadecimal digits each; none twice. */
  readonly hashes: readonly string[];
  /** Lines in which nothing of the kind was found. */
  readonly unread: number;
}

export interface HashFileDeps {
  /** The SHA-256 of a text in hexadecimal; null where the browser has none (a page without https). */
  readonly sha256: ((text: string) => Promise<string>) | null;
  readonly signal: AbortSignal;
  readonly onProgress: (lines: number, all: number) => void;
}

/** A file with addresses or ids, on a page that cannot hash them. */
export class CannotHashError extends Error {}
/** More entries than a list takes. */
export class ListTooLongError extends Error {}

const linesAStep = 5_000;
const hexShape = /^[0-9a-f]{64}$/i;
const addressShape = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * Reads a file of lines (CSV with commas, semicolons or tabs; a title line is passed over) into hashes: a SHA-256 is taken as
 * it is, an address in lower case without spaces around it and an id as it stands are hashed. Step by step, so that the page
 * goes on. Throws the signal's reason, CannotHashError, ListTooLongError.
 */
export async function hashFile(
  text: string,
  kind: IdentifierKind,
  { sha256, signal, onProgress }: HashFileDeps,
): Promise<HashedFile> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  const hashes = new Set<string>();
  let unread = 0;
  for (let from = 0; from < lines.length; from += linesAStep) {
    signal.throwIfAborted();
    const found = lines.slice(from, from + linesAStep).map((line, at) => {
      if (line.trim() === "") return null;
      const told = identifierIn(line, kind);
      if (told === null && from + at > 0) unread += 1;
      return from + at === 0 && isTitle(line, kind) ? null : told;
    });
    const known = found.filter((one) => one !== null);
    for (const hash of await Promise.all(known.map((one) => hashOf(one, sha256)))) hashes.add(hash);
    if (hashes.size > mostEntries) throw new ListTooLongError();
    onProgress(Math.min(lines.length, from + linesAStep), lines.length);
  }
  return { hashes: [...hashes], unread };
}

/** What a line names somebody by: the first cell that is a hash, or of the kind. Pure. */
export function identifierIn(line: string, kind: IdentifierKind): string | null {
  const cells = line.split(/[;,\t]/).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .trim(),
  );
  const hash = cells.find((cell) => hexShape.test(cell));
  if (hash !== undefined) return hash.toLowerCase();
  if (kind === "email_sha256")
    return cells.find((cell) => addressShape.test(cell))?.toLowerCase() ?? null;
  return cells.find((cell) => cell !== "") ?? null;
}

/** A first line of ids whose first cell is the column's name, and not an id that begins with it. */
const isTitle = (line: string, kind: IdentifierKind): boolean =>
  kind === "id_sha256" &&
  /^"?(sha256|id|identifiant|client|customer|num[ée]ro)( client)?"?\s*([;,\t]|$)/i.test(
    line.trim(),
  );

function hashOf(told: string, sha256: HashFileDeps["sha256"]): Promise<string> | string {
  if (hexShape.test(told)) return told;
  if (sha256 === null) throw new CannotHashError();
  return sha256(told);
}

/** Hashes as bodies of requests, each of at most so many lines. Pure. */
export function toBodies(hashes: readonly string[], most = mostLinesAtOnce): readonly string[] {
  const bodies: string[] = [];
  for (let from = 0; from < hashes.length; from += most)
    bodies.push(`${hashes.slice(from, from + most).join("\n")}\n`);
  return bodies;
}
