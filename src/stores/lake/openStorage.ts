import { join } from "node:path";
import type { LakeStorage } from "../../jobs/lakePorts.ts";
import { openS3Client } from "../s3/client.ts";
import { createFolderStorage } from "./folderStorage.ts";
import { createS3Storage, type S3StorageOptions } from "./s3Storage.ts";

/** Where a lake lies, as it is told to another process. */
export interface LakePlace {
  /** A folder of this machine, or "s3://bucket/prefix". */
  readonly lakeFolder: string;
  /** Of a lake in a bucket: for locks, files on their way and copies of parts. */
  readonly localFolder?: string;
  /** Null = AWS itself. */
  readonly endpoint?: string | null;
  readonly region?: string | null;
}

export interface OpenLake {
  readonly storage: LakeStorage;
  /** On this machine. */
  readonly folder: string;
  readonly close: () => void;
}

/** Objects are whole parts: a slow one is not a dead one. */
const requestTimeoutMs = 60_000;

/** The bucket and the prefix of "s3://bucket/prefix"; null for a path. Throws for what is neither. */
export function bucketOf(
  location: string,
): { readonly bucket: string; readonly prefix: string } | null {
  if (!location.startsWith("s3:")) return null;
  const [, bucket, path] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(location) ?? [];
  const prefix = (path ?? "").replace(/\/+$/, "");
  if (bucket === undefined || !/^[\w.=/-]{0,500}$/.test(prefix) || prefix.includes("//"))
    throw new Error(`"${location}" must be a path or s3://bucket/prefix`);
  return { bucket, prefix: prefix === "" ? "" : `${prefix}/` };
}

/** Opens a lake in a folder or in a bucket. */
export function openLakeStorage(
  place: LakePlace,
  deps: Pick<S3StorageOptions, "nowMs" | "mayCommit">,
): OpenLake {
  const { lakeFolder, localFolder, endpoint = null, region } = place;
  const found = bucketOf(lakeFolder);
  if (found === null) {
    const nothing = () => undefined;
    return { storage: createFolderStorage(lakeFolder), folder: lakeFolder, close: nothing };
  }
  if (localFolder === undefined) throw new Error("a lake in a bucket needs a folder here");
  const usualRegion = "eu-west-3";
  const client = openS3Client(
    { endpoint, region: region ?? usualRegion, credentials: null },
    requestTimeoutMs,
  );
  const cacheFolder = join(localFolder, "copies");
  const storage = createS3Storage({ client, ...found, cacheFolder, ...deps });
  return { storage, folder: localFolder, close: () => client.destroy() };
}
