import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** Longer lines are refused without being kept. */
export const longestLine = 65_536;

const chunkBytes = 262_144;

/**
 * The lines of a text file (UTF-8, or UTF-16 where a byte order mark says so; packed by gzip or zstd, which its first bytes say, or not), part by part, without what ends them (LF or CRLF) and
 * without a byte order mark; null for one that is too long. Rejects when the file cannot be read or unpacked.
 */
export async function* linesOf(file: string): AsyncGenerator<readonly (string | null)[]> {
  let rest = "";
  let isTooLong = false;
  let isFirst = true;
  for await (const chunk of await openText(file)) {
    const text = String(chunk);
    const part = isFirst ? text.replace(/^\ufeff/, "") : text;
    isFirst = isFirst && text === "";
    const lines: (string | null)[] = [];
    let from = 0;
    for (let end = part.indexOf("\n"); end !== -1; end = part.indexOf("\n", from)) {
      const line = rest + part.slice(from, end);
      lines.push(isTooLong || line.length > longestLine ? null : withoutReturn(line));
      rest = "";
      isTooLong = false;
      from = end + 1;
    }
    rest += part.slice(from);
    if (rest.length > longestLine) [isTooLong, rest] = [true, ""];
    yield lines;
  }
  if (isTooLong) yield [null];
  else if (rest !== "") yield [withoutReturn(rest)];
}

function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

const packings = [
  { magic: "1f8b", unpack: createGunzip },
  { magic: "28b52ffd", unpack: createZstdDecompress },
] as const;

/** As what a file begins with shows it, whatever its name. */
async function openText(file: string): Promise<Readable> {
  const begins = (await firstBytes(file, 4)).toString("hex");
  const packing = packings.find(({ magic }) => begins.startsWith(magic));
  const bytes = createReadStream(file, { highWaterMark: chunkBytes });
  // An error on the way is one of what is read: `pipeline` hands it on.
  const text: Readable =
    packing === undefined ? bytes : pipeline(bytes, packing.unpack(), () => undefined);
  return text.setEncoding(begins.startsWith("fffe") ? "utf16le" : "utf8");
}

/** The first bytes of a file, fewer where it has no more. */
export async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
