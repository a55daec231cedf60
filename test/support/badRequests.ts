import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

/** A request that must be refused, as `test/golden/bad-requests/*.json` tells it. See the README there. */
export interface BadRequest {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly raw?: unknown;
  readonly base64?: string;
  readonly bomb?: readonly [encoding: "gzip" | "deflate" | "br", megabytes: number];
  readonly expect: {
    readonly status: number | string;
    readonly pointer?: string;
    readonly rule?: string;
  };
}

const root = new URL("../golden/bad-requests/", import.meta.url);

/** All files of cases in a folder (the ads route's when it is not named). */
export function readBadRequests(
  folder = "",
): readonly { readonly file: string; readonly cases: readonly BadRequest[] }[] {
  const url = folder === "" ? root : new URL(`${folder}/`, root);
  const files = readdirSync(url).filter((name) => name.endsWith(".json"));
  return files.map((file) => ({
    file,
    cases: JSON.parse(readFileSync(new URL(file, url), "utf8")).cases,
  }));
}

const compressors = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** The bytes of a case's body (null = none) and the headers that go with them. */
export function bodyOf(bad: BadRequest): {
  readonly bytes: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (bad.bomb !== undefined) {
    const [encoding, megabytes] = bad.bomb;
    const bytes = compressors[encoding](Buffer.alloc(megabytes * 1024 * 1024, 0x20));
    return { bytes, headers: { "content-encoding": encoding } };
  }
  if (bad.base64 !== undefined) return { bytes: Buffer.from(bad.base64, "base64"), headers: {} };
  if (bad.raw !== undefined) return { bytes: Buffer.from(String(expand(bad.raw))), headers: {} };
  if (bad.body !== undefined) return { bytes: jsonBytes(bad.body), headers: {} };
  if (bad.set === undefined) return { bytes: null, headers: {} };
  const body: unknown = structuredClone(validBody);
  for (const [pointer, value] of Object.entries(bad.set)) setAt(body, pointer, value);
  return { bytes: jsonBytes(body), headers: {} };
}

/** A request that is right in every field: what each case of `set` spoils in one. */
export const validBody = {
  visitor: { id: "v-123", gdpr: false },
  place: {
    search: { postalCode: "87000" },
    device: { lat: 45.83, lon: 1.26, accuracyMeters: 40 },
  },
  page: {
    url: "https://www.exemple.fr/annonces",
    category: "vehicules/voitures",
    keywords: ["clio"],
  },
  device: { type: "mobile" },
  placements: [{ id: "top", formats: ["native", "image"], sizes: [[300, 250]], count: 1 }],
};

const jsonBytes = (value: unknown) => Buffer.from(JSON.stringify(expand(value)));

/** Sets a field by its JSON pointer, with the objects on the way. */
function setAt(target: unknown, pointer: string, value: unknown): void {
  const steps = pointer.split("/").slice(1);
  const last = steps.pop() ?? "";
  let at = target as Record<string, unknown>;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  at[last] = value;
}

/** Replaces `{"$repeat": …}` and its kin by the large values that they stand for. */
function expand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== "object" || value === null) return value;
  const [entry] = Object.entries(value);
  if (entry === undefined || !entry[0].startsWith("$")) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, expand(field)]));
  }
  const [kind, argument] = entry;
  if (kind === "$placements") {
    return Array.from({ length: Number(argument) }, (_, index) => ({ id: `p${index}` }));
  }
  const [first, second, third, fourth] = argument as readonly unknown[];
  switch (kind) {
    case "$repeat":
      return String(first).repeat(Number(second));
    case "$repeatItem":
      return Array.from({ length: Number(second) }, () => first);
    case "$prefixed":
      return String(first).padEnd(Number(third), String(second));
    case "$nest":
      return (
        String(first).repeat(Number(third)) +
        String(fourth ?? "") +
        String(second).repeat(Number(third))
      );
    default:
      throw new Error(`no such expansion: ${kind}`);
  }
}
