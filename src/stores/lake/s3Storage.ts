import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { LakeStorage, StoredObject } from "../../jobs/lakePorts.ts";

export interface S3StorageOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** What the keys of the lake begin with: "" or "lake/". */
  readonly prefix: string;
  /** A folder of this machine for copies of parts, which the query engine reads. */
  readonly cacheFolder: string;
  /** For the age of copies. */
  readonly nowMs: () => number;
  /** Rejects when this process must not change what counts any more; asked before each replacement of a manifest. */
  readonly mayCommit?: () => Promise<void>;
}

/** Somebody else has replaced the manifest since it was read: nothing was changed. */
export class LakeChangedError extends Error {}

const fetchesAtOnce = 8;
/** Smaller files are sent from memory, so that the SDK can send them again. */
const heldBytes = 16_777_216;
/** A copy that another process of this machine may have just fetched is left. */
const freshMs = 3_600_000;

interface Bucket extends S3StorageOptions {
  /** By schema: the manifest that was read or written last; null = there was none. */
  readonly etags: Map<string, string | null>;
}

/**
 * A lake in an S3 bucket. Parts are immutable, so that copies of them are kept; the manifest is replaced on the condition
 * that it is the one that was read (`If-Match`, `If-None-Match`), and looked at just before, for stores that ignore conditions.
 */
export function createS3Storage(options: S3StorageOptions): LakeStorage {
  const bucket: Bucket = { ...options, etags: new Map() };
  const addressOf = (key: string): string => join(options.cacheFolder, key);
  return {
    addressOf,
    fetch: (keys) => fetchAll(bucket, keys, addressOf),
    forgetOthers: (schema, counting) => forgetOthers(options, schema, counting),
    readManifest: (schema) => readManifest(bucket, schema),
    replaceManifest: (schema, text) => replaceManifest(bucket, schema, text),
    async put(key, localFile) {
      await upload(bucket, key, localFile);
      // The same key may have been put and never have counted, with other bytes.
      await rm(addressOf(key), { force: true });
      await rm(localFile);
    },
    list: (prefix) => listObjects(bucket, prefix),
    async remove(key) {
      await bucket.client.send(new DeleteObjectCommand(objectOf(bucket, key)));
      await rm(addressOf(key), { force: true });
    },
  };
}

const objectOf = ({ bucket, prefix }: Bucket, key: string) => ({
  Bucket: bucket,
  Key: `${prefix}${key}`,
});

const manifestKey = (schema: string): string => `${schema}/manifest.json`;

async function readManifest(bucket: Bucket, schema: string): Promise<string | null> {
  const command = new GetObjectCommand(objectOf(bucket, manifestKey(schema)));
  try {
    const found = await bucket.client.send(command);
    const text = (await found.Body?.transformToString("utf8")) ?? "";
    bucket.etags.set(schema, found.ETag ?? null);
    return text;
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    bucket.etags.set(schema, null);
    return null;
  }
}

async function replaceManifest(bucket: Bucket, schema: string, text: string): Promise<void> {
  const object = objectOf(bucket, manifestKey(schema));
  const read = bucket.etags.get(schema);
  if (read === undefined) throw new Error("a manifest is read before it is replaced");
  await bucket.mayCommit?.();
  if ((await etagNow(bucket, manifestKey(schema))) !== read) throw changed(schema);
  const condition = read === null ? { IfNoneMatch: "*" } : { IfMatch: read };
  const command = new PutObjectCommand({
    ...object,
    ...condition,
    Body: Buffer.from(text),
    ContentType: "application/json",
    CacheControl: "no-store",
  });
  try {
    const { ETag } = await bucket.client.send(command);
    bucket.etags.set(schema, ETag ?? null);
  } catch (error) {
    throw isRefusedCondition(error) ? changed(schema) : error;
  }
}

const changed = (schema: string) =>
  new LakeChangedError(`the manifest of ${schema} was replaced by somebody else`);

function isRefusedCondition(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode;
  return status === 412 || status === 409;
}

async function etagNow(bucket: Bucket, key: string): Promise<string | null> {
  try {
    const found = await bucket.client.send(new HeadObjectCommand(objectOf(bucket, key)));
    return found.ETag ?? null;
  } catch (error) {
    if (error instanceof NotFound || error instanceof NoSuchKey) return null;
    throw error;
  }
}

async function upload(bucket: Bucket, key: string, localFile: string): Promise<void> {
  const { size } = await stat(localFile);
  const Body = size <= heldBytes ? await readFile(localFile) : createReadStream(localFile);
  const object = objectOf(bucket, key);
  await bucket.client.send(new PutObjectCommand({ ...object, Body, ContentLength: size }));
  // Some stores keep what frames a streamed body as a part of it.
  const { ContentLength: stored } = await bucket.client.send(new HeadObjectCommand(object));
  if (stored !== size) throw new Error(`${key}: ${size} bytes were sent and ${stored} are stored`);
}

async function fetchAll(
  bucket: Bucket,
  keys: readonly string[],
  addressOf: (key: string) => string,
): Promise<void> {
  const missing: string[] = [];
  for (const key of new Set(keys)) if (!(await exists(addressOf(key)))) missing.push(key);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let key = missing[next++]; key !== undefined; key = missing[next++])
      await download(bucket, key, addressOf(key));
  };
  await Promise.all(Array.from({ length: fetchesAtOnce }, worker));
}

async function download(bucket: Bucket, key: string, file: string): Promise<void> {
  const found = await bucket.client.send(new GetObjectCommand(objectOf(bucket, key)));
  await mkdir(dirname(file), { recursive: true });
  // Under another name first: a process that ends in the middle leaves no half of a part.
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    await pipeline(found.Body as Readable, createWriteStream(draft));
    const { size } = await stat(draft);
    if (size !== found.ContentLength)
      throw new Error(`${key}: ${found.ContentLength} bytes are stored and ${size} came`);
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function listObjects(bucket: Bucket, prefix: string): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  let token: string | undefined;
  do {
    const page = await bucket.client.send(
      new ListObjectsV2Command({
        Bucket: bucket.bucket,
        Prefix: `${bucket.prefix}${prefix}/`,
        ContinuationToken: token,
      }),
    );
    for (const { Key, LastModified, Size = 0 } of page.Contents ?? [])
      if (Key !== undefined && LastModified !== undefined) {
        const key = Key.slice(bucket.prefix.length);
        objects.push({ key, modifiedMs: LastModified.getTime(), bytes: Size });
      }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return objects;
}

async function forgetOthers(
  { cacheFolder, nowMs }: S3StorageOptions,
  schema: string,
  counting: readonly string[],
): Promise<void> {
  const kept = new Set(counting);
  const folder = join(cacheFolder, schema);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || kept.has(relative(cacheFolder, file))) continue;
    const age = await stat(file).then(
      ({ mtimeMs }) => nowMs() - mtimeMs,
      () => 0,
    );
    if (age >= freshMs) await rm(file, { force: true });
  }
}
