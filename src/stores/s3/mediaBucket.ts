import {
  DeleteObjectsCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { PublicError } from "../../errors.ts";
import type { MediaFile, MediaStore } from "../../media/mediaStore.ts";
import { openS3Client, type S3Place } from "./client.ts";

export interface MediaBucketOptions extends S3Place {
  readonly bucket: string;
}

export interface MediaBucket extends MediaStore {
  readonly close: () => void;
}

const putsAtOnce = 8;
/** Keys of one request to delete, by S3's own limit. */
const deletesAtOnce = 1_000;
const immutable = "public, max-age=31536000, immutable";

/** Pictures in an S3 bucket, under `media/`. A bucket that is away is PublicError `unavailable`. */
export function createMediaBucket({ bucket, ...options }: MediaBucketOptions): MediaBucket {
  const client = openS3Client(options);
  const keyOf = (name: string): string => `media/${name}`;
  const put = async ({ name, bytes, contentType }: MediaFile): Promise<void> => {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: keyOf(name),
        Body: bytes,
        ContentType: contentType,
        CacheControl: immutable,
      }),
    );
  };
  return {
    put: (files) =>
      reaching(async () => {
        for (let start = 0; start < files.length; start += putsAtOnce) {
          await Promise.all(files.slice(start, start + putsAtOnce).map(put));
        }
      }),
    get: (name) =>
      reaching(async () => {
        try {
          const found = await client.send(
            new GetObjectCommand({ Bucket: bucket, Key: keyOf(name) }),
          );
          return (await found.Body?.transformToByteArray()) ?? null;
        } catch (error) {
          if (error instanceof NoSuchKey) return null;
          throw error;
        }
      }),
    delete: (names) =>
      reaching(async () => {
        for (let start = 0; start < names.length; start += deletesAtOnce) {
          const Objects = names
            .slice(start, start + deletesAtOnce)
            .map((name) => ({ Key: keyOf(name) }));
          await client.send(
            new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
          );
        }
      }),
    close: () => client.destroy(),
  };
}

/** Network faults and 5xx are the store's, what we asked wrongly is ours. */
async function reaching<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isAway(error)) throw error;
    throw new PublicError("unavailable", "The store of pictures is away; try again in a moment.");
  }
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const metadata = "$metadata" in error ? error.$metadata : null;
  const status =
    typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
      ? metadata.httpStatusCode
      : null;
  if (typeof status === "number" && status >= 500) return true;
  const code = "code" in error ? String(error.code) : "";
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/.test(code) ||
    error.name === "TimeoutError"
  );
}
