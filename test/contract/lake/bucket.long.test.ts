import { randomBytes } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createS3Storage, LakeChangedError } from "../../../src/stores/lake/s3Storage.ts";
import { openS3Client } from "../../../src/stores/s3/client.ts";
import { activitySchemas } from "../../support/activityLake.ts";
import { describeKeeping } from "../../support/keepingContract.ts";
import { adEvent, openTestLake, publishedSchemas } from "../../support/lake.ts";
import { describeLake } from "../../support/lakeContract.ts";
import { startS3, type TestS3 } from "../../support/s3.ts";

/** Everything that a lake in a folder does, in a bucket, through the AWS SDK against an S3 that runs here. */

let s3: TestS3;
let client: ReturnType<typeof openS3Client>;
let opened = 0;
beforeAll(async () => {
  s3 = await startS3();
  client = openS3Client({ ...s3, region: "eu-west-3" });
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

/** Each lake has a prefix of its own. */
const storageAt = (prefix: string, folder: string) =>
  createS3Storage({
    client,
    bucket: s3.bucket,
    prefix,
    cacheFolder: join(folder, "copies"),
    // Copies are never young.
    nowMs: () => Date.now() + 7_200_000,
  });
const storageIn = (folder: string) => {
  opened += 1;
  return storageAt(`lake-${opened}/`, folder);
};

const schemas = await publishedSchemas("ad_event.v1");
describeLake("a bucket", () => openTestLake(schemas, storageIn), 10);
describeKeeping(
  "a bucket",
  () => openTestLake(activitySchemas, storageIn),
  () => [join(s3.directory, s3.bucket, `lake-${opened}`)],
);

test("bytes come back as they were put, those of a large part too, and a part is copied once", async () => {
  const lake = await openTestLake(schemas, storageIn);
  try {
    const { storage, folder } = lake;
    for (const bytes of [0, 1, 65_537, 20_000_000]) {
      const sent = randomBytes(bytes);
      const file = join(folder, `part-${bytes}`);
      await writeFile(file, sent);
      const key = `ad_event.v1/date=2026-06-01/hour=10/part-${bytes}.parquet`;
      await storage.put(key, file);
      await expect(stat(file)).rejects.toThrow("ENOENT");
      await storage.fetch([key, key]);
      expect((await stat(storage.addressOf(key))).size).toBe(bytes);
      expect((await readFile(storage.addressOf(key))).equals(sent)).toBe(true);
    }
    const listed = await storage.list("ad_event.v1");
    expect(listed).toHaveLength(4);
    const [{ key = "" } = {}] = listed;
    await storage.remove(key);
    await storage.remove(key);
    await expect(storage.fetch([key])).rejects.toThrow();
    expect(
      (await readdir(folder, { recursive: true })).filter((name) => /draft/.test(name)),
    ).toEqual([]);
  } finally {
    await lake.close();
  }
});

test("of two machines that replace a manifest one is refused, and its pass changes nothing", async () => {
  const lake = await openTestLake(schemas, storageIn);
  try {
    const other = storageAt(`lake-${opened}/`, join(lake.folder, "other"));
    await lake.tell([adEvent(0)]);
    // Between the reading and the replacing, somebody else replaces it.
    const raced = {
      ...lake.storage,
      async put(key: string, file: string) {
        await lake.storage.put(key, file);
        await other.readManifest("ad_event.v1");
        await other.replaceManifest("ad_event.v1", '{"theirs":true}');
      },
    };
    await expect(lake.pass({ storage: raced })).rejects.toThrow(LakeChangedError);
    expect(await lake.storage.readManifest("ad_event.v1")).toBe('{"theirs":true}');
    await expect(other.replaceManifest("conversion.v1", "{}")).rejects.toThrow(/is read before/);
  } finally {
    await lake.close();
  }
});

test("a machine that is refused has not written over the parts that the other one made count", async () => {
  const lake = await openTestLake(schemas, storageIn);
  const prefix = `lake-${opened}/`;
  const other = await openTestLake(schemas, (folder) => storageAt(prefix, folder));
  try {
    await lake.tell([adEvent(0)]);
    await other.tell([adEvent(1)]);
    // Both make the first version; the other one's counts before this one puts its part.
    const late = {
      ...lake.storage,
      async put(key: string, file: string) {
        await other.pass();
        await lake.storage.put(key, file);
      },
    };
    await expect(lake.pass({ storage: late })).rejects.toThrow(LakeChangedError);
    const [row, ...others] = await lake.rows();
    expect([row?.event_id, others]).toEqual([adEvent(1).eventId, []]);
    expect(await lake.pass()).toMatchObject({ added: 1 });
    expect(await lake.rows()).toHaveLength(2);
  } finally {
    await lake.close();
    await other.close();
  }
});

test("a machine that may not commit any more puts parts that never count", async () => {
  const lake = await openTestLake(schemas, storageIn);
  try {
    const lost = createS3Storage({
      client,
      bucket: s3.bucket,
      prefix: `lake-${opened}/`,
      cacheFolder: join(lake.folder, "lost"),
      nowMs: Date.now,
      mayCommit: () => Promise.reject(new Error("the lease is lost")),
    });
    await lake.tell([adEvent(0)]);
    await expect(lake.pass({ storage: lost })).rejects.toThrow("the lease is lost");
    expect(await lake.rows()).toEqual([]);
    expect(await lake.pass()).toMatchObject({ added: 1 });
    expect(await lake.rows()).toHaveLength(1);
  } finally {
    await lake.close();
  }
});
