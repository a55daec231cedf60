import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isMonthOver } from "../../src/audience/retention.ts";
import { hourOf } from "../../src/stores/lake/hours.ts";
import { oldestNamedMonth, overdueMonths } from "../../src/stores/lake/keepLake.ts";
import { tableOf } from "../../src/stores/lake/lakeTable.ts";
import { parseManifest } from "../../src/stores/lake/manifest.ts";
import { openLakeReader } from "../../src/stores/lake/readLake.ts";
import { activityOf, activitySchemas, filesWith, keep, keyOf } from "./activityLake.ts";
import { lakeHourMs, lineOf, type TestLake, type ToldEvent } from "./lake.ts";

const nowMs = Date.UTC(2026, 5, 15);
const activity = "page_activity.v1";
/** So many people in a month, each once. */
function crowd(people: number, atMs: number, payload: object, name: string): readonly ToldEvent[] {
  return Array.from({ length: people }, (_, index) =>
    activityOf(atMs, { visitorKey: keyOf(`${name}-${index}-`), ...payload }),
  );
}

const may2025 = Date.UTC(2025, 4, 20, 10);
const june2025 = Date.UTC(2025, 5, 1);

const isLong = process.env.TEST_LONG === "1";

/** What keeping a lake within its limits does, wherever it lies. */
export function describeKeeping(
  place: string,
  open: () => Promise<TestLake>,
  /** Where else its bytes lie. */
  elsewhere: () => readonly string[] = () => [],
): void {
  describe(`a kept lake in ${place}`, () => {
    let lake: TestLake;
    beforeEach(async () => {
      lake = await open();
    });
    afterEach(() => lake.close());

    const allWith = async (text: string, own = lake.folder) =>
      (await Promise.all([own, ...elsewhere()].map((folder) => filesWith(folder, text)))).flat();
    const storageOf = () => lake.storage;
    const manifest = async (schema = activity) =>
      parseManifest((await storageOf().readManifest(schema)) ?? "");
    const pass = (options: Parameters<TestLake["pass"]>[0] = {}) =>
      lake.pass({ nowMs, ...options });
    const names = async () =>
      (await lake.rows(activity)).flatMap(({ visitor_key, account_key }) => [
        visitor_key,
        account_key,
      ]);

    async function history() {
      const reader = await openLakeReader(storageOf(), activitySchemas);
      try {
        return await reader.query(
          "select * from page_activity_v1_history order by month, events",
          [],
        );
      } finally {
        reader.close();
      }
    }

    test("an erased visitor is in no byte of parts, rejects and event files, and what it was in is gone an hour later", async () => {
      const [gone, stays] = [keyOf("gone"), keyOf("stays")];
      const told = [0, 1, 2].map((hour) =>
        activityOf(nowMs - hour * lakeHourMs, { visitorKey: gone, itemId: `annonce-${hour}` }),
      );
      const others = [
        activityOf(nowMs, { visitorKey: stays }),
        activityOf(nowMs - lakeHourMs, { accountKey: gone, visitorKey: stays }),
        activityOf(nowMs, { newField: `newer writers told ${gone}` }),
      ];
      await lake.tell([...told, ...others]);
      const torn = lineOf(activityOf(nowMs, { visitorKey: gone })).replace('"kind"', '"kin');
      await lake.write(hourOf(nowMs), [torn], activity);
      expect(await pass()).toMatchObject({ added: 6, rejected: 1 });
      // Parquet tells the least and the greatest value of a column: the key stands in its bytes.
      expect((await allWith(gone)).length).toBeGreaterThan(4);
      expect(await keep(lake, { nowMs, erasedKeys: [gone] })).toMatchObject({
        erasedRows: 5,
        rewrittenParts: 3,
        erasedLines: 6 + 1,
      });
      expect(await names()).toEqual([stays, null]);
      // Lines that are left are read as before, and nothing comes back.
      await lake.tell([activityOf(nowMs, { visitorKey: stays })]);
      expect(await pass()).toMatchObject({ added: 1, rejected: 0 });
      await keep(lake, { nowMs: nowMs + 2 * lakeHourMs });
      expect(await allWith(gone)).toEqual([]);
      expect(await names()).toEqual([stays, null, stays, null]);
    });

    test("events of an erased visitor that come late are not taken, later ones are", async () => {
      const gone = keyOf("gone");
      const erased = {
        isErased: (key: string, atMs: number | null) => key === gone && (atMs ?? 0) <= nowMs,
      };
      const late = lineOf(activityOf(nowMs - 1, { visitorKey: gone }));
      await lake.write(hourOf(nowMs), [late, late.replace('"kind"', '"kin')], activity);
      await lake.tell([
        activityOf(nowMs + 1, { visitorKey: gone }),
        activityOf(nowMs, { accountKey: gone }),
      ]);
      expect(await pass({ erased })).toMatchObject({ lines: 4, added: 1, erased: 3, rejected: 0 });
      expect((await lake.rows(activity)).map(({ occurred_at }) => occurred_at)).toEqual([
        new Date(nowMs + 1),
      ]);
    });

    test("rows name nobody after 13 months and go after 25, when groups of 50 people are told and smaller ones together", async () => {
      const boats = { category: "vehicules/bateaux", inseeCode: "29019" };
      await lake.tell([
        ...crowd(57, may2025, {}, "limoges"),
        ...crowd(30, may2025, { inseeCode: "19031" }, "tulle"),
        ...crowd(25, may2025, { inseeCode: "97105" }, "guadeloupe"),
        ...crowd(49, may2025, boats, "brest"),
        ...crowd(20, may2025, { category: "vehicules/motos" }, "motos"),
        ...crowd(40, may2025, { category: "maison", kind: "contact" }, "maison"),
        // Of somebody who is in it once already.
        activityOf(may2025 + lakeHourMs, { accountKey: keyOf("limoges-0-") }),
        activityOf(june2025, { visitorKey: keyOf("june") }),
      ]);
      await pass();
      const july = Date.UTC(2026, 5, 30);
      expect(await keep(lake, { nowMs: july })).toMatchObject({
        aggregatedMonths: [`${activity} 2025-05`],
        blankedMonths: [`${activity} 2025-05`],
        untoldEvents: 40,
        droppedMonths: [],
        oldestNamedMonth: "2025-06",
      });
      const shown = (await history()).map(
        ({ grain, kind, category, departement, events, people }) =>
          [grain, kind, category, departement, Number(events), Number(people)].join(" "),
      );
      expect(shown).toEqual([
        "category page_view vehicules/voitures  55 50",
        "departement page_view vehicules/voitures 87 58 50",
        "parent page_view vehicules  69 60",
      ]);
      expect(new Set(await names())).toEqual(new Set([null, keyOf("june")]));
      // Done once, and a late event of the month names nobody either, in no aggregate.
      expect(await keep(lake, { nowMs: july })).toMatchObject({ blankedMonths: [] });
      await lake.tell([activityOf(may2025, { visitorKey: keyOf("late") })]);
      await pass({ nowMs: july });
      expect(await keep(lake, { nowMs: july })).toMatchObject({
        blankedMonths: [`${activity} 2025-05`],
        aggregatedMonths: [],
      });
      expect(new Set(await names())).toEqual(new Set([null, keyOf("june")]));
      // 25 months: the rows go, what is told of them stays, and who reads meanwhile has an hour.
      const later = Date.UTC(2027, 5, 1);
      expect(await keep(lake, { nowMs: later })).toMatchObject({
        droppedMonths: [`${activity} 2025-05`],
        droppedRows: 223,
        blankedMonths: [`${activity} 2025-06`],
        oldestNamedMonth: null,
      });
      expect(await lake.rows(activity)).toHaveLength(1);
      expect(await history()).toHaveLength(3);
      await keep(lake, { nowMs: later + 2 * lakeHourMs });
      expect(await allWith(keyOf("limoges-0-"), lake.lake)).toEqual([]);
    });

    test.runIf(isLong)(
      "links of identity go whole after 13 months, and a lake that is kept breaks no limit on any day of three years",
      async () => {
        const link = (occurredAtMs: number): ToldEvent => ({
          schema: "identity_link.v1",
          eventId: activityOf(0).eventId,
          occurredAtMs,
          payload: { kind: "seen", visitorKey: keyOf("v"), accountKey: keyOf("a") },
        });
        const startMs = Date.UTC(2024, 0, 31, 23);
        const days = 10;
        await lake.tell(
          [0, 30, 60].flatMap((day) => [
            link(startMs + day * 24 * lakeHourMs),
            activityOf(startMs + day * 24 * lakeHourMs, { visitorKey: keyOf("v") }),
          ]),
        );
        await pass({ nowMs: startMs + 61 * 24 * lakeHourMs });
        const overdue = async (atMs: number) => {
          const of = async (schema: (typeof activitySchemas)[number]) =>
            overdueMonths(tableOf(schema), await manifest(schema.$id), (month, months) =>
              isMonthOver(month, months, atMs),
            );
          return (await Promise.all(activitySchemas.map(of))).flat();
        };
        for (let day = 61; day < 3 * 366; day += days) {
          const atMs = startMs + day * 24 * lakeHourMs;
          const before = await overdue(atMs);
          const done = await keep(lake, { nowMs: atMs });
          expect(done.blankedMonths.length + done.droppedMonths.length > 0).toBe(before.length > 0);
          expect(await overdue(atMs)).toEqual([]);
        }
        expect(await lake.rows("identity_link.v1")).toEqual([]);
        expect(await lake.rows(activity)).toEqual([]);
        expect(oldestNamedMonth(await manifest())).toBeNull();
      },
      120_000,
    );

    test.runIf(isLong)(
      "a run that stops at any of its steps leaves a lake that the next one finishes",
      async () => {
        const gone = keyOf("gone");
        let dueMs = 0;
        const hours = [0, 1, 2, 3].map((hour) => may2025 + hour * lakeHourMs);
        await lake.tell([
          ...hours.flatMap((atMs, hour) => crowd(15, atMs, {}, `crowd-${hour}`)),
          ...hours.map((atMs) => activityOf(atMs, { visitorKey: gone })),
          ...hours.map((atMs) => activityOf(atMs + 300 * 24 * lakeHourMs, { visitorKey: gone })),
        ]);
        await pass();
        // Stopped at its first step, then at its second …, until one run gets through; answers how many were stopped.
        const stopEverywhere = async (erasedKeys: readonly string[]): Promise<number> => {
          for (let stop = 1; ; stop++) {
            let left = stop;
            const onStep = (): void => {
              left -= 1;
              if (left === 0) throw new Error("the power went");
            };
            const done = await keep(lake, { nowMs: dueMs, erasedKeys, onStep }).catch(() => null);
            // Whole steps: what somebody reads is before or after one.
            expect([68, 60]).toContain((await lake.rows(activity)).length);
            if (done !== null) return stop - 1;
          }
        };
        dueMs = may2025 + 310 * 24 * lakeHourMs;
        expect(await stopEverywhere([gone])).toBe(5);
        dueMs = nowMs;
        expect(await stopEverywhere([])).toBe(5);
        const blank = (await lake.rows(activity)).filter(({ visitor_key }) => visitor_key === null);
        expect(blank).toHaveLength(60);
        expect((await history()).map(({ events }) => Number(events))).toEqual([60]);
        // What killed runs have put is as old as this machine's clock says.
        for (const hours of [2, 4]) await keep(lake, { nowMs: Date.now() + hours * lakeHourMs });
        const counting = await manifest();
        const objects = await storageOf().list(activity);
        const parts = objects.map(({ key }) => key).filter((key) => key.endsWith(".parquet"));
        const keys = [...Object.values(counting.partitions), ...Object.values(counting.history)];
        expect(parts.sort()).toEqual(keys.map(({ key }) => key).sort());
        expect(await allWith(gone)).toEqual([]);
      },
    );
  });
}
