import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AreaPart,
  noCounts,
  type Partition,
  partitionAreas,
  type WaitingArea,
} from "../../../src/reports/areaParts.ts";

/** One ad seen by one person at one place on one day. */
interface Seen {
  readonly person: number;
  readonly day: number;
  readonly place: number;
}

const places = [
  { departement: "59", commune: "59350", cell: "87194ad33ffffff" },
  { departement: "59", commune: "59350", cell: "87194ad32ffffff" },
  { departement: "59", commune: "59350", cell: "" },
  { departement: "59", commune: "59512", cell: "87194ad31ffffff" },
  { departement: "59", commune: "59512", cell: "" },
  { departement: "59", commune: "", cell: "" },
  { departement: "62", commune: "62041", cell: "87194ad30ffffff" },
  { departement: "62", commune: "62193", cell: "" },
  { departement: "", commune: "", cell: "" },
] as const;

/** The store's rows: registers of at most 50 people, as it keeps them; two people may share a register. */
function rowsOf(seen: readonly Seen[], registers: number): readonly Told[] {
  const groups = Map.groupBy(seen, ({ day, place }) => `${day} ${place}`);
  return [...groups.values()].map((group) => ({
    ...places[group[0]!.place]!,
    day: `2026-06-0${group[0]!.day}`,
    counts: { ...noCounts, impressions: group.length },
    people: [...new Set(group.map(({ person }) => person % registers))]
      .sort((a, b) => a - b)
      .slice(0, 50),
    seen: group,
  }));
}
type Told = WaitingArea & { readonly seen: readonly Seen[] };
const seenBy = (rows: readonly WaitingArea[]) =>
  new Set((rows as readonly Told[]).flatMap(({ seen }) => seen.map(({ person }) => person)));

/** A week as the job closes it: day by day, then the rest. */
function closeWeek(rows: readonly Told[]) {
  const parts: { part: AreaPart; days: number; from: number }[] = [];
  const closings: Partition[] = [];
  let waiting: readonly WaitingArea[] = rows;
  for (let day = 1; day <= 7; day++) {
    const ofDay = waiting.filter((row) => row.day === `2026-06-0${day}`);
    const closed = partitionAreas(ofDay, false);
    closings.push(closed);
    parts.push(...closed.parts.map((part) => ({ part, days: 1, from: day })));
    waiting = [...waiting.filter((row) => row.day !== `2026-06-0${day}`), ...closed.rest];
  }
  const last = partitionAreas(waiting, true);
  parts.push(...last.parts.map((part) => ({ part, days: 7, from: 1 })));
  return { parts, rest: last.rest, closings: [...closings, last] };
}

const crowd = fc
  .array(
    fc.record({
      place: fc.nat({ max: places.length - 1 }),
      day: fc.integer({ min: 1, max: 7 }),
      people: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 45, max: 120 })),
      first: fc.nat({ max: 400 }),
    }),
    { maxLength: 25 },
  )
  .map((groups) =>
    groups.flatMap(({ people, first, ...where }) =>
      Array.from({ length: people }, (_, i): Seen => ({ person: first + i, ...where })),
    ),
  );

describe("Places in reports", () => {
  it("are parts of at least fifty people that never overlap and lose nothing", () => {
    fc.assert(
      fc.property(crowd, fc.constantFrom(300, 16_384), (seen, registers) => {
        const rows = rowsOf(seen, registers);
        const { parts, rest } = closeWeek(rows);
        for (const { part } of parts) expect(seenBy(part.rows).size).toBeGreaterThanOrEqual(50);
        const all = [...parts.flatMap(({ part }) => part.rows), ...rest];
        expect(all.length).toBe(rows.length);
        expect(new Set(all)).toEqual(new Set(rows));
      }),
      { numRuns: 300 },
    );
  });

  it("leave a rest of fifty people or of nobody, which a total less its parts tells", () => {
    fc.assert(
      fc.property(crowd, (seen) => {
        for (const { parts, rest } of closeWeek(rowsOf(seen, 16_384)).closings) {
          const left = seenBy(rest).size;
          if (parts.length > 0) expect(left === 0 || left >= 50).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("subtracted from each other, any two reports differ by fifty people or by nobody", () => {
    const report = fc.record({
      from: fc.integer({ min: 1, max: 7 }),
      to: fc.integer({ min: 1, max: 7 }),
      level: fc.constantFrom("departement", "commune", "cell"),
      byDay: fc.boolean(),
    });
    fc.assert(
      fc.property(crowd, report, report, (seen, first, second) => {
        const { parts } = closeWeek(rowsOf(seen, 16_384));
        // What `reportSources` selects: parts whose days all lie in the report.
        const told = ({ from, to, byDay }: typeof first) =>
          parts.filter(
            (one) =>
              one.from >= from && one.from + one.days - 1 <= to && (!byDay || one.days === 1),
          );
        const rowOf = (one: (typeof parts)[number], level: string) =>
          [
            one.part.departement,
            level === "departement" ? "" : one.part.commune,
            level === "cell" ? one.part.cell : "",
          ].join();
        const names = new Set([
          ...told(first).map((one) => rowOf(one, first.level)),
          ...told(second).map((one) => rowOf(one, second.level)),
        ]);
        for (const a of names)
          for (const b of names) {
            const of = (rows: typeof parts, query: typeof first, name: string) =>
              new Set(rows.filter((one) => rowOf(one, query.level) === name));
            const [left, right] = [of(told(first), first, a), of(told(second), second, b)];
            const differing = [...left].filter((one) => !right.has(one));
            if (differing.length > 0)
              expect(
                seenBy(differing.flatMap(({ part }) => part.rows)).size,
              ).toBeGreaterThanOrEqual(50);
          }
      }),
      { numRuns: 200 },
    );
  });

  it("go up to the rest of their commune and, when the week is over, of their département", () => {
    const some = (place: number, from: number, people: number, day = 1): readonly Seen[] =>
      Array.from({ length: people }, (_, i) => ({ person: from + i, day, place }));
    const day = [
      ...some(0, 0, 60),
      ...some(1, 100, 20),
      ...some(2, 200, 40),
      ...some(3, 300, 30),
      ...some(6, 500, 49),
    ];
    const closed = partitionAreas(rowsOf(day, 16_384), false);
    expect(
      closed.parts.map(({ commune, cell, rows }) => [commune, cell, seenBy(rows).size]),
    ).toEqual([
      ["59350", "87194ad33ffffff", 60],
      ["59350", "", 60],
    ]);
    const again = [
      ...some(3, 330, 15, 2),
      ...some(4, 350, 4, 3),
      ...some(5, 400, 9, 3),
      ...some(6, 549, 1, 2),
    ];
    const week = partitionAreas([...closed.rest, ...rowsOf(again, 16_384)], true);
    expect(
      week.parts.map(({ departement, commune, rows }) => [departement, commune, seenBy(rows).size]),
    ).toEqual([
      ["59", "", 58],
      ["62", "62041", 50],
    ]);
    expect(week.rest).toEqual([]);
  });
});
