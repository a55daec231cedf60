import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import {
  type BackupHead,
  type BackupPart,
  backupEnd,
  backupHead,
  tableBegin,
  tableEnd,
} from "../postgres/backup/backupFormat.ts";

/** Rows that are handed on at once, and their characters. */
const rowsAtOnce = 500;
const charactersAtOnce = 4_000_000;
/** A row is at most some megabytes; what is longer is no backup of ours. */
const longestLine = 64_000_000;

/** A file is no backup, or not a whole one. */
export class BackupFileError extends Error {}

/**
 * Writes what `dump` hands on to a compressed file that only its owner may read. The file is there once it is whole, and on
 * the disk; before that it has `.partial` behind its name, and nothing stays of one that failed.
 */
export async function writeBackupFile(
  file: string,
  dump: (hand: (part: BackupPart) => Promise<void>) => Promise<void>,
): Promise<void> {
  const partial = `${file}.partial`;
  const gzip = createGzip();
  const written = pipeline(gzip, createWriteStream(partial, { mode: 0o600 }));
  const hand = async (part: BackupPart): Promise<void> => {
    for (const line of textOf(part))
      if (!gzip.write(`${line}\n`))
        await Promise.race([new Promise<void>((resolve) => gzip.once("drain", resolve)), written]);
  };
  try {
    await dump(hand);
    gzip.end();
    await written;
    await sync(partial);
    await rename(partial, file);
  } catch (error) {
    gzip.destroy();
    await written.catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function textOf(part: BackupPart): readonly string[] {
  switch (part.kind) {
    case "head":
      return [JSON.stringify(part.head)];
    case "table":
      return [JSON.stringify({ table: part.table, columns: part.columns })];
    case "rows":
      return part.rows.map((row) => JSON.stringify(row));
    default:
      return [JSON.stringify(part.end)];
  }
}

/** The first line of a backup. Throws a BackupFileError for what is none, and what the file system throws. */
export async function readBackupHead(file: string): Promise<BackupHead> {
  for await (const part of readBackupFile(file)) if (part.kind === "head") return part.head;
  throw new BackupFileError("it is empty");
}

/** A backup, part by part. Throws a BackupFileError at what is not of a backup, and where its end is missing. */
export async function* readBackupFile(file: string): AsyncGenerator<BackupPart> {
  const source = createReadStream(file);
  const plain = createGunzip();
  const piped = pipeline(source, plain).catch((error: unknown) => error);
  try {
    yield* partsOf(linesOf(plain));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw code.startsWith("Z_")
      ? new BackupFileError("it is damaged, or was not compressed by us")
      : error;
  } finally {
    source.destroy();
    plain.destroy();
    await piped;
  }
}

/** By line feeds alone: rows may have every other character that ends a line somewhere. */
async function* linesOf(plain: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun: string[] = [];
  let characters = 0;
  for await (const chunk of plain) {
    const [first = "", ...more] = decoder.decode(chunk, { stream: true }).split("\n");
    begun.push(first);
    characters += first.length;
    if (characters > longestLine) throw new BackupFileError("a line is longer than any row");
    for (const next of more) {
      yield begun.join("");
      begun = [next];
      characters = next.length;
    }
  }
  if (characters > 0) yield begun.join("");
}

async function* partsOf(lines: AsyncIterable<string>): AsyncGenerator<BackupPart> {
  let rows: string[] = [];
  let characters = 0;
  let state: "head" | "tables" | "end" = "head";
  const waiting = (): readonly BackupPart[] => {
    const part = rows.length === 0 ? [] : [{ kind: "rows" as const, rows }];
    [rows, characters] = [[], 0];
    return part;
  };
  for await (const line of lines) {
    const value = parse(line);
    if (state === "end") throw new BackupFileError("it goes on after its end");
    if (typeof value === "string" && state === "tables") {
      rows.push(value);
      characters += value.length;
      if (rows.length >= rowsAtOnce || characters >= charactersAtOnce) yield* waiting();
      continue;
    }
    yield* waiting();
    const part = partOf(value, state);
    state = part.kind === "end" ? "end" : "tables";
    yield part;
  }
  if (state !== "end") throw new BackupFileError("its end is missing");
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new BackupFileError("a line is no JSON");
  }
}

function partOf(value: unknown, state: "head" | "tables"): BackupPart {
  const head = backupHead.safeParse(value);
  if (state === "head") {
    if (head.success) return { kind: "head", head: head.data };
    throw new BackupFileError("it does not begin like a backup of Atelier");
  }
  const begin = tableBegin.safeParse(value);
  if (begin.success) return { kind: "table", ...begin.data };
  const end = tableEnd.safeParse(value);
  if (end.success) return { kind: "tableEnd", end: end.data };
  const last = backupEnd.safeParse(value);
  if (last.success) return { kind: "end", end: last.data };
  throw new BackupFileError("a line is of no kind that backups have");
}
