import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "s3rver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MediaStore } from "../../../src/media/mediaStore.ts";
import { createMediaFiles } from "../../../src/stores/files/mediaFiles.ts";
import { createMediaBucket, type MediaBucket } from "../../../src/stores/s3/mediaBucket.ts";

let folder = "";
let emulator: S3rver;
let bucket: MediaBucket;
let endpoint = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "media-"));
  const configureBuckets = [{ name: "pictures" }];
  const directory = join(folder, "s3");
  const address = "127.0.0.1";
  emulator = new S3rver({ port: 0, address, silent: true, directory, configureBuckets });
  endpoint = `http://127.0.0.1:${(await emulator.run()).port}`;
  bucket = openBucket("pictures");
});
afterAll(async () => {
  bucket.close();
  await emulator.close();
  await rm(folder, { recursive: true });
});

function openBucket(name: string): MediaBucket {
  const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
  return createMediaBucket({ bucket: name, endpoint, region: "eu-west-3", credentials });
}

const stores: readonly (readonly [string, () => MediaStore])[] = [
  ["a folder", () => createMediaFiles(join(folder, "files"))],
  ["a bucket", () => bucket],
];
const nameOf = (number: number) => `${String(number).padStart(32, "0")}-300x250.jpg`;
const fileOf = (number: number) => ({
  name: nameOf(number),
  bytes: new Uint8Array([number, 1, 2]),
  contentType: "image/jpeg",
});

describe.each(stores)("pictures in %s", (_what, open) => {
  it("are there once they are put, also twice, and gone once they are deleted, also twice", async () => {
    const store = open();
    const files = Array.from({ length: 20 }, (_, number) => fileOf(number));
    expect(await store.get(nameOf(3))).toBe(null);
    await store.put(files);
    await store.put(files.slice(0, 2));
    expect([...((await store.get(nameOf(3))) ?? [])]).toEqual([3, 1, 2]);
    const names = files.slice(0, 19).map(({ name }) => name);
    await store.delete(names);
    await store.delete(names);
    expect(await store.get(nameOf(3))).toBe(null);
    expect([...((await store.get(nameOf(19))) ?? [])]).toEqual([19, 1, 2]);
  });
});

it("a bucket serves them to be kept, and is told of when it is away or not there", async () => {
  await bucket.put([fileOf(50)]);
  const { headers } = await fetch(`${endpoint}/pictures/media/${nameOf(50)}`);
  expect(headers.get("content-type")).toBe("image/jpeg");
  expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const missing = openBucket("nowhere");
  await expect(missing.put([fileOf(1)])).rejects.toMatchObject({ name: "NoSuchBucket" });
  missing.close();
  const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
  const nobody = "http://127.0.0.1:1";
  const away = createMediaBucket({
    bucket: "b",
    endpoint: nobody,
    region: "eu-west-3",
    credentials,
  });
  await expect(away.get(nameOf(1))).rejects.toMatchObject({ code: "unavailable" });
  away.close();
});

it("a folder holds whole files only, under names of pictures only", async () => {
  const directory = join(folder, "whole");
  const store = createMediaFiles(directory);
  await store.put([fileOf(7)]);
  expect(await readdir(join(directory, "00"))).toEqual([nameOf(7)]);
  for (const name of ["../../etc/passwd", "a.jpg", `${nameOf(7)}/..`]) {
    await expect(store.get(name)).rejects.toThrow("not the name of a picture");
  }
});
