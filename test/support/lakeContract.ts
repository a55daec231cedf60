import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LedgerEvent } from "../../src/jobs/lakePorts.ts";
import { defaultCompactionLimits } from "../../src/stores/lake/compactLake.ts";
import { hourOf } from "../../src/stores/lake/hours.ts";
import { type Manifest, parseManifest } from "../../src/stores/lake/manifest.ts";
import {
  adEvent,
  countIndependently,
  lakeHourMs,
  lakeNoonMs,
  lineOf,
  longAfterMs,
  publishedSchemas,
  type TestLake,
  type ToldEvent,
} from "./lake.ts";

const schemas = await publishedSchemas("ad_event.v1");
const many = Array.from({ length: 60 }, (_, index) => adEvent(index));

/** What counts of the events of ads. */
export async function manifestOf(lake: TestLake): Promise<Manifest> {
  return parseManifest((await lake.storage.readManifest("ad_event.v1")) ?? "");
}

/** What every lake does, wherever it lies. */
export function describeLake(place: string, open: () => Promise<TestLake>, orders: number): void {
  describe(`a lake in ${place}`, () => {
    let lake: TestLake;
    beforeEach(async () => {
      lake = await open();
    });
    afterEach(() => lake.close());

    test("events that are told twice, out of order, and an hour late count once, at the time of their first telling", async () => {
      const [first, second, third] = many.slice(0, 3) as [ToldEvent, ToldEvent, ToldEvent];
      const hourLater = { ...first, occurredAtMs: first.occurredAtMs + lakeHourMs };
      await lake.tell([third, hourLater, second, second]);
      expect(await lake.pass()).toMatchObject({ lines: 4, added: 3, duplicates: 1, rejected: 0 });
      // The first telling of what the lake has of an hour later: it moves to its own hour.
      await lake.tell([first, third]);
      expect(await lake.pass()).toMatchObject({ lines: 2, added: 0, duplicates: 2 });
      expect(Object.keys((await manifestOf(lake)).partitions)).toEqual([hourOf(lakeNoonMs)]);
      expect(
        (await lake.rows()).map((row) => [row.event_id, row.decision_id, row.told_by]),
      ).toEqual(
        [first, second, third].map(({ eventId, payload }) => [
          eventId,
          payload.decisionId,
          "stream",
        ]),
      );
      expect(await lake.counts()).toEqual(countIndependently([first, second, third]));
      expect(await lake.pass()).toMatchObject({ lines: 0, added: 0, duplicates: 0 });
    });

    test("a torn line is kept aside and counted once, the event behind it is saved, and a line that is being written waits", async () => {
      const [first, second, third] = many.slice(0, 3) as [ToldEvent, ToldEvent, ToldEvent];
      const hour = hourOf(lakeNoonMs);
      const torn = lineOf(third).slice(0, 60);
      await lake.write(hour, [lineOf(first), `${torn}${lineOf(second)}`, "{}", "null", "", "\0\0"]);
      await appendFile(
        join(lake.events, "ad_event.v1", `${hour}.ndjson`),
        lineOf(third).slice(0, 80),
      );
      expect(await lake.pass()).toMatchObject({
        lines: 5,
        added: 2,
        rejected: 4,
        waitingBytes: 80,
      });
      await appendFile(
        join(lake.events, "ad_event.v1", `${hour}.ndjson`),
        `${lineOf(third).slice(80)}\n{"schema":"ad_`,
      );
      expect(await lake.pass()).toMatchObject({
        lines: 1,
        added: 1,
        rejected: 0,
        waitingBytes: 14,
      });
      // Nobody writes to it any more: what is left is torn.
      expect(await lake.pass({ nowMs: longAfterMs })).toMatchObject({ lines: 1, rejected: 1 });
      const { rejects } = await manifestOf(lake);
      expect(rejects.map(({ lines }) => lines)).toEqual([4, 1]);
      await lake.storage.fetch([rejects[0]?.key ?? ""]);
      const kept = await readFile(lake.storage.addressOf(rejects[0]?.key ?? ""), "utf8");
      expect(JSON.parse(kept.split("\n")[0] ?? "")).toMatchObject({
        file: `events/${hour}.ndjson`,
        why: "torn, an event follows",
      });
      expect(await lake.counts()).toEqual(countIndependently([first, second, third]));
    });

    test("an event file is deleted only when it is in the lake and was quiet for its time, and what comes under its name later is read", async () => {
      await lake.tell(many);
      const nowMs = longAfterMs;
      expect(await lake.pass()).toMatchObject({ added: 60, deletedFiles: 0 });
      const [file = ""] = await lake.files();
      expect(await lake.pass({ nowMs })).toMatchObject({ deletedFiles: 0 });
      // Set aside first: somebody may be writing to it at this moment.
      expect(await lake.files()).toEqual([`${file}.retired`]);
      await appendFile(
        join(lake.events, "ad_event.v1", `${file}.retired`),
        `${lineOf(adEvent(60))}\n`,
      );
      await lake.tell([adEvent(61)]);
      expect(await lake.pass({ nowMs })).toMatchObject({ lines: 2, added: 2, duplicates: 0 });
      await lake.pass({ nowMs });
      expect(await lake.pass({ nowMs })).toMatchObject({ lines: 0 });
      await lake.pass({ nowMs });
      expect(await lake.files()).toEqual([]);
      await lake.tell([adEvent(62), ...many]);
      expect(await lake.pass({ nowMs })).toMatchObject({ lines: 61, added: 1, duplicates: 60 });
      const told = [...many, adEvent(60), adEvent(61), adEvent(62)];
      expect(await lake.counts()).toEqual(countIndependently(told));
    });

    test("an event file that stands in the place of another one is read from its beginning", async () => {
      await lake.tell(many.slice(0, 3));
      await lake.pass();
      const [file = ""] = await lake.files();
      await rm(join(lake.events, "ad_event.v1", file));
      await lake.tell(many.slice(2, 20));
      expect(await lake.pass()).toMatchObject({ lines: 18, added: 17, duplicates: 1 });
      expect(await lake.counts()).toEqual(countIndependently(many.slice(0, 20)));
    });

    test("what the stream has lost is restored from the ledger, and gives way to the stream when that comes after all", async () => {
      const [first, second] = many.slice(0, 2) as [ToldEvent, ToldEvent];
      const ledgerEvent = ({ eventId, occurredAtMs, payload }: ToldEvent): LedgerEvent => ({
        eventId,
        occurredAtMs: occurredAtMs - 3,
        columns: {
          kind: String(payload.kind),
          campaign_id: Number(payload.campaignId),
          budget_day: "2026-06-01",
          charged_micros: Number(payload.chargedMicros),
        },
      });
      const asked: number[] = [];
      const readLedgerEvents = async (_schema: string, afterId: number) => {
        asked.push(afterId);
        const events = afterId === 0 ? [ledgerEvent(first), ledgerEvent(second)] : [];
        return { events, lastId: 40, more: false };
      };
      await lake.tell([first]);
      expect(await lake.pass({ readLedgerEvents })).toMatchObject({
        added: 2,
        restored: 1,
        duplicates: 1,
      });
      expect((await lake.rows()).map((row) => row.told_by)).toEqual(["stream", "ledger"]);
      expect(await lake.counts()).toEqual(countIndependently([first, second]));
      await lake.tell([second]);
      expect(await lake.pass({ readLedgerEvents })).toMatchObject({ added: 0, restored: 0 });
      expect((await lake.rows()).map((row) => row.told_by)).toEqual(["stream", "stream"]);
      expect(asked).toEqual([0, 40]);
    });

    test("a field that the schema does not name is kept aside in the row, and has its own column once it is named", async () => {
      const newer = adEvent(1);
      await lake.tell([
        adEvent(0),
        { ...newer, payload: { ...newer.payload, weather: "rain", at: [1] } },
      ]);
      await lake.pass();
      expect((await lake.rows()).map(({ extra }) => extra)).toEqual([
        null,
        '{"at":[1],"weather":"rain"}',
      ]);
      const [schema] = schemas;
      const payload = schema?.properties.payload;
      const grown = JSON.parse(JSON.stringify(schema));
      grown.properties.payload.properties = { ...payload?.properties, weather: { type: "string" } };
      const later = adEvent(2);
      await lake.tell([{ ...later, payload: { ...later.payload, weather: "sun" } }]);
      expect(await lake.pass({ schemas: [grown] })).toMatchObject({ added: 1 });
      expect((await manifestOf(lake)).columns.map(({ name }) => name)).toContain("weather");
      expect(await lake.counts()).toEqual(countIndependently([adEvent(0), newer, later]));
      // The way back would lose what was written: the pass refuses, and touches nothing.
      await lake.tell([adEvent(3)]);
      await expect(lake.pass()).rejects.toThrow("ad_event.v1 has lost its column weather");
    });

    test("in any order, with any repetition, over any split into passes and files the lake is the same", async () => {
      const told = fc
        .array(fc.record({ id: fc.nat(7), delayMinutes: fc.nat(180) }), {
          minLength: 1,
          maxLength: 24,
        })
        .chain((tellings) =>
          fc.record({
            tellings: fc.constant(tellings),
            order: fc.shuffledSubarray(
              tellings.map((_, index) => index),
              { minLength: tellings.length },
            ),
            passes: fc.array(fc.nat(tellings.length), { maxLength: 4 }),
          }),
        );
      await fc.assert(
        fc.asyncProperty(told, async ({ tellings, order, passes }) => {
          const events = tellings.map(({ id, delayMinutes }) =>
            adEvent(id, { occurredAtMs: lakeNoonMs + delayMinutes * 60_000 }),
          );
          const [atOnce, inParts] = [await open(), await open()];
          try {
            await atOnce.tell(events);
            await atOnce.pass();
            const shuffled = order.map((index) => events[index]!);
            const cuts = [0, ...passes.sort((a, b) => a - b), shuffled.length];
            for (const [index, from] of cuts.slice(0, -1).entries()) {
              await inParts.tell(shuffled.slice(from, cuts[index + 1]));
              await inParts.pass({ limits: { ...defaultCompactionLimits, maxBytes: 900 } });
            }
            for (let left = 1; left > 0; ) left = (await inParts.pass()).waitingBytes;
            const rows = await inParts.rows();
            expect(rows).toEqual(await atOnce.rows());
            expect(rows.map((row) => [row.event_id, row.occurred_at])).toEqual(earliestOf(events));
            expect(await inParts.counts()).toEqual(countIndependently(events));
          } finally {
            await Promise.all([atOnce.close(), inParts.close()]);
          }
        }),
        { numRuns: orders },
      );
    }, 300_000);
  });
}

/** Ids, in order, with the time of their first telling. */
function earliestOf(events: readonly ToldEvent[]): readonly (readonly [string, Date])[] {
  const times = new Map<string, number>();
  for (const { eventId, occurredAtMs } of events)
    times.set(eventId, Math.min(occurredAtMs, times.get(eventId) ?? occurredAtMs));
  return [...times].sort().map(([eventId, atMs]) => [eventId, new Date(atMs)]);
}
