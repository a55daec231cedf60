import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { LakeStorage } from "../../../src/jobs/lakePorts.ts";
import { defaultCompactionLimits } from "../../../src/stores/lake/compactLake.ts";
import { parseManifest } from "../../../src/stores/lake/manifest.ts";
import { createS3Storage } from "../../../src/stores/lake/s3Storage.ts";
import { openS3Client } from "../../../src/stores/s3/client.ts";
import { activityOf, activitySchemas, keyOf } from "../../support/activityLake.ts";
import {
  adEvent,
  lakeNoonMs,
  openTestLake,
  publishedSchemas,
  type TestLake,
  type ToldEvent,
} from "../../support/lake.ts";
import { startS3, type TestS3 } from "../../support/s3.ts";

/** Firehose puts Parquet into a bucket, at least once; a pass makes a lake of it, each event once. */

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

const schema = "ad_event.v1";
const schemas = await publishedSchemas(schema);
const someEvents = (from: number, count: number): readonly ToldEvent[] =>
  Array.from({ length: count }, (_, index) => adEvent(from + index));

interface Landed {
  readonly lake: TestLake;
  readonly landing: LakeStorage;
  /** Puts the Parquet of events, as Firehose would. */
  readonly land: (part: string, events: readonly ToldEvent[]) => Promise<void>;
}

async function openLanded(of = schemas, name = schema): Promise<Landed> {
  opened += 1;
  const prefix = `${opened}/`;
  const open = (name: string) => (folder: string) =>
    createS3Storage({
      client,
      bucket: s3.bucket,
      prefix: `${prefix}${name}/`,
      cacheFolder: join(folder, name),
      // Copies are never young.
      nowMs: () => Date.now() + 7_200_000,
    });
  const lake = await openTestLake(of, open("merged"));
  onTestFinished(() => lake.close());
  const landing = open("landed")(lake.folder);
  return {
    lake,
    landing,
    async land(part, events) {
      const made = await openTestLake(of);
      try {
        await made.tell(events);
        await made.pass();
        const text = await made.storage.readManifest(name);
        for (const { key } of Object.values(parseManifest(text ?? "").partitions)) {
          const file = join(lake.folder, `${part}.parquet`);
          await copyFile(made.storage.addressOf(key), file);
          await landing.put(key.replace(/part-.*$/, `${part}.parquet`), file);
        }
      } finally {
        await made.close();
      }
    },
  };
}

const idsOf = async ({ lake }: Landed) => (await lake.rows(schema)).map((row) => row.event_id);
const sorted = (events: readonly ToldEvent[]) => events.map(({ eventId }) => eventId).sort();

test("what landed is in the lake once, whatever was sent twice, and is read once", async () => {
  const landed = await openLanded();
  const { lake, landing, land } = landed;
  const events = someEvents(0, 20);
  await land("one", events);
  await land("two", events.slice(10));
  const first = await lake.pass({ landing });
  expect(first).toMatchObject({ lines: 30, added: 20, duplicates: 10, waitingBytes: 0 });
  expect(await idsOf(landed)).toEqual(sorted(events));
  const before = await lake.storage.readManifest(schema);
  expect(await lake.pass({ landing })).toMatchObject({ lines: 0, added: 0 });
  expect(await lake.storage.readManifest(schema)).toBe(before);
  await land("three", someEvents(15, 10));
  expect(await lake.pass({ landing })).toMatchObject({ lines: 10, added: 5, duplicates: 5 });
  expect(await idsOf(landed)).toEqual(sorted(someEvents(0, 25)));
  // What landed stays for others who read it.
  expect(await landing.list(schema)).toHaveLength(3);
});

test("it is the same lake as that of the event files, to the last column", async () => {
  const landed = await openLanded();
  await landed.land("one", someEvents(0, 20));
  await landed.lake.pass({ landing: landed.landing });
  const told = await openTestLake(schemas);
  onTestFinished(() => told.close());
  await told.tell(someEvents(0, 20));
  await told.pass();
  expect(await landed.lake.rows(schema)).toEqual(await told.rows(schema));
  expect(await landed.lake.counts()).toEqual(await told.counts());
});

test("beside event files and what landed, an event that both tell counts once", async () => {
  const landed = await openLanded();
  await landed.land("one", someEvents(0, 10));
  await landed.lake.tell(someEvents(5, 10));
  expect(await landed.lake.pass({ landing: landed.landing })).toMatchObject({
    added: 15,
    duplicates: 5,
  });
  expect(await idsOf(landed)).toEqual(sorted(someEvents(0, 15)));
});

test("much that has landed is taken in several passes, oldest first, and the last one says that nothing waits", async () => {
  const landed = await openLanded();
  for (let part = 0; part < 4; part++) await landed.land(`part-${part}`, someEvents(part * 5, 5));
  const limits = { ...defaultCompactionLimits, maxBytes: 1 };
  const waiting: number[] = [];
  for (let pass = 0; pass < 4; pass++) {
    const done = await landed.lake.pass({ landing: landed.landing, limits });
    expect(done.added).toBe(5);
    waiting.push(done.waitingBytes);
  }
  expect(waiting.at(-1)).toBe(0);
  expect(waiting.slice(0, -1).every((bytes) => bytes > 0)).toBe(true);
  expect(await idsOf(landed)).toEqual(sorted(someEvents(0, 20)));
});

test("the manifest forgets the names of what landed long ago, and does not read it again", async () => {
  const landed = await openLanded();
  await landed.land("one", someEvents(0, 5));
  const dayMs = 86_400_000;
  let laterMs = 0;
  const landing: LakeStorage = {
    ...landed.landing,
    list: async (prefix) =>
      (await landed.landing.list(prefix)).map((object) =>
        object.key.includes("later")
          ? { ...object, modifiedMs: object.modifiedMs + laterMs }
          : object,
      ),
  };
  await landed.lake.pass({ landing });
  laterMs = dayMs;
  await landed.land("later", someEvents(5, 5));
  expect(await landed.lake.pass({ landing })).toMatchObject({ lines: 5, added: 5 });
  const { sources } = parseManifest((await landed.lake.storage.readManifest(schema)) ?? "");
  const names = Object.keys(sources).filter((name) => name.startsWith("landed/"));
  expect(names).toHaveLength(1);
  expect(await landed.lake.pass({ landing })).toMatchObject({ lines: 0 });
});

test("what somebody did before being erased does not come in by what landed", async () => {
  const activity = "page_activity.v1";
  const landed = await openLanded(activitySchemas, activity);
  const [erased, other] = [keyOf("erased"), keyOf("other")];
  const did = (visitorKey: string, atMs: number) => activityOf(atMs, { visitorKey });
  await landed.land("one", [
    did(erased, lakeNoonMs),
    did(erased, lakeNoonMs + 60_000),
    did(other, lakeNoonMs),
  ]);
  const pass = await landed.lake.pass({
    landing: landed.landing,
    erased: {
      isErased: (key, atMs) => key === erased && (atMs === null || atMs < lakeNoonMs + 30_000),
    },
  });
  expect(pass).toMatchObject({ lines: 3, erased: 1, added: 2 });
  const rows = await landed.lake.rows(activity);
  expect(rows.map(({ visitor_key }) => visitor_key).sort()).toEqual([erased, other]);
});
