import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import {
  createKeepRejects,
  createWriteStreamedEvents,
  pruneRejects,
} from "../../../src/stores/files/streamedEvents.ts";

const folder = mkdtempSync(join(tmpdir(), "atelier-streamed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const event = (line: string, hour: number) => ({
  schema: "ad_event.v1",
  occurredAtMs: Date.UTC(2026, 5, 1, hour),
  line,
});

it("events of a stream are lines of the file of their hour, behind whatever another writer left torn", async () => {
  const write = createWriteStreamedEvents(folder);
  await write([event("1", 10), event("2", 11), event("3", 10)]);
  const file = join(folder, "ad_event.v1", "2026-06-01T10.ndjson");
  writeFileSync(file, "1\n3\n{torn");
  const another = createWriteStreamedEvents(folder);
  await Promise.all([another([event("4", 10)]), another([event("5", 10)])]);
  expect(readFileSync(file, "utf8")).toBe("1\n3\n{torn\n4\n5\n");
  expect(readdirSync(join(folder, "ad_event.v1"))).toHaveLength(2);
});

it("what is no event is kept by the day, and not for ever", async () => {
  const clock = { nowMs: Date.UTC(2026, 5, 1, 12) };
  const keep = createKeepRejects(folder, () => clock.nowMs);
  await keep([{ why: "broken gzip" }]);
  clock.nowMs += 40 * 86_400_000;
  await keep([{ why: "not UTF-8" }]);
  await pruneRejects(folder, clock.nowMs - 30 * 86_400_000);
  expect(readdirSync(join(folder, "rejects"))).toEqual(["2026-07-11.ndjson"]);
  const text = readFileSync(join(folder, "rejects", "2026-07-11.ndjson"), "utf8");
  expect(JSON.parse(text)).toEqual({ at: "2026-07-11T12:00:00.000Z", why: "not UTF-8" });
  await pruneRejects(join(folder, "nowhere"), 0);
});
