import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file as browsers get it. */
export interface WebFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly packed: Buffer;
  /** Changes with the content. */
  readonly etag: string;
}

const contentTypes: ReadonlyMap<string, string> = new Map([
  ["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
  ["swagger-ui.css", "text/css; charset=utf-8"],
]);
const pack = promisify(gzip);

/** Reads the files of Swagger UI's package, each once and when it is first asked for; null = it has no such file for us. */
export function createReadSwaggerUi(): (name: string) => Promise<WebFile | null> {
  const known = new Map<string, Promise<WebFile>>();
  return async (name) => {
    const contentType = contentTypes.get(name);
    if (contentType === undefined) return null;
    const reading = known.get(name) ?? read(name, contentType);
    known.set(name, reading);
    reading.catch(() => known.delete(name));
    return reading;
  };
}

async function read(name: string, contentType: string): Promise<WebFile> {
  const bytes = await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)));
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { contentType, bytes, packed: await pack(bytes, { level: 9 }), etag: `"${hash}"` };
}
