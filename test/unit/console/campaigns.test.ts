import { describe, expect, test } from "vitest";
import { arrange, isTroubled } from "../../../console/src/campaigns/arrange.ts";
import { conflictsOf } from "../../../console/src/campaigns/conflict.ts";
import { csvLine, eurosOf } from "../../../console/src/campaigns/csv.ts";
import { exportHead, exportLines } from "../../../console/src/campaigns/exportRows.ts";
import { withHealth } from "../../../console/src/campaigns/healths.ts";
import {
  type Health,
  type ListedCampaign,
  mergeRows,
  type Row,
  toRow,
} from "../../../console/src/campaigns/rows.ts";
import {
  nothingSelected,
  tickOf,
  toggled,
  toggledAll,
} from "../../../console/src/campaigns/selection.ts";
import { readEuros, tellState } from "../../../console/src/campaigns/told.ts";
import {
  readView,
  serverSort,
  sortedBy,
  usualView,
  writeView,
} from "../../../console/src/campaigns/view.ts";
import { campaignsWords } from "../../../console/src/campaigns/words.ts";
import { createFormat } from "../../../console/src/ui/format.ts";

function rowOf(fields: Partial<ListedCampaign> = {}): Row {
  return toRow({
    campaignId: 1,
    advertiserId: 1,
    name: "Noël",
    status: "active",
    startsOn: "2026-11-01",
    endsOn: null,
    priority: "paid",
    pricing: "cpm",
    bidMicros: 5_000_000,
    totalBudgetMicros: null,
    dailyBudgetMicros: 10_000_000,
    zoneLabel: "Limoges et 10 km autour",
    version: 1,
    createdAt: "2026-11-01T08:00:00.000Z",
    updatedAt: "2026-11-01T08:00:00.000Z",
    ...fields,
  });
}

function healthOf(fields: Partial<Health> = {}): Health {
  return {
    campaignId: 1,
    status: "on_track",
    rest: null,
    spentTodayMicros: 1_000_000,
    spentTotalMicros: 9_000_000,
    planMicros: 10_000_000,
    plannedSoFarMicros: 1_000_000,
    lagShare: null,
    reason: null,
    lever: null,
    diagnosedAt: null,
    fr: "la campagne dépense son budget comme prévu.",
    en: "The campaign spends its budget as planned.",
    ...fields,
  };
}

describe("the address of a list", () => {
  test("keeps all that was chosen, and says nothing of what is as usual", () => {
    expect(writeView(usualView).toString()).toBe("");
    const view = {
      search: "noël & fils",
      status: "paused",
      advertiserId: 12,
      from: "2026-11-01",
      until: "2026-12-24",
      isTroubled: true,
      sort: "name",
      isDescending: false,
      columns: ["state", "total"],
    } as const;
    expect(readView(new URLSearchParams(writeView(view).toString()))).toEqual(view);
  });

  test("that makes no sense shows the usual list", () => {
    const query = "status=x&advertiser=-4&from=2026-13-99&until=hier&trouble=2&sort=-x&columns=";
    expect(readView(new URLSearchParams(query))).toEqual({ ...usualView, columns: [] });
  });

  test("a first click looks for the greatest figure or the first name, a second turns it round", () => {
    const byName = sortedBy(usualView, "name");
    expect([byName.isDescending, sortedBy(byName, "name").isDescending]).toEqual([false, true]);
    expect(sortedBy(usualView, "today").isDescending).toBe(true);
    expect([serverSort(byName), serverSort(sortedBy(usualView, "today"))]).toEqual([
      "name",
      "-createdAt",
    ]);
  });
});

describe("a list", () => {
  const rows = [
    rowOf({ campaignId: 1, name: "Épicerie", advertiserId: 1 }),
    rowOf({ campaignId: 2, name: "Zinc", status: "paused", endsOn: "2026-11-30" }),
    rowOf({ campaignId: 3, name: "Œufs frais", startsOn: "2027-01-01", advertiserId: 2 }),
  ];
  const healths = new Map([
    [1, healthOf({ status: "behind", lagShare: 0.4 })],
    [2, healthOf({ campaignId: 2, status: "behind", lagShare: 0.9 })],
    [3, healthOf({ campaignId: 3, rest: "total_spent", status: "not_running" })],
  ]);
  const ids = (part: Partial<typeof usualView>) =>
    arrange(rows, healths, { ...usualView, sort: "name", isDescending: false, ...part }).map(
      ({ campaignId }) => campaignId,
    );

  test.each([
    ["names are found without accents and ligatures", { search: "OEUFS  FR" }, [3]],
    ["a number finds its campaign", { search: "2" }, [2]],
    ["by state", { status: "paused" }, [2]],
    ["by shop", { advertiserId: 2 }, [3]],
    ["what runs on a day until then", { until: "2026-12-31" }, [1, 2]],
    ["what runs from a day on", { from: "2026-12-01" }, [1, 3]],
    ["what is paused needs no attention", { isTroubled: true }, [1, 3]],
    ["accents stand among their letters", {}, [1, 3, 2]],
    ["who needs most attention comes first", { sort: "trouble", isDescending: true }, [1, 3, 2]],
    ["those without an end come last", { sort: "endsOn" }, [2, 1, 3]],
  ] as const)("%s", (_what, part, expected) => {
    expect(ids(part as Partial<typeof usualView>)).toEqual(expected);
  });

  test("of ten thousand is filtered and ordered in less than a tenth of a second", () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      rowOf({ campaignId: at + 1, name: `Campagne ${(at * 7_919) % 10_000} d'été` }),
    );
    // The work of this thread: the same however busy the machine is.
    const before = process.threadCpuUsage();
    const found = arrange(many, new Map(), { ...usualView, search: "ÉTÉ", sort: "name" });
    expect(found).toHaveLength(10_000);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(100);
  });

  test("takes what is newer, and never goes back to what is older", () => {
    const [one] = rows;
    const merged = mergeRows([rowOf({ version: 3, name: "Neuve" })], [rowOf({ version: 2 })]);
    expect(merged).toMatchObject([{ version: 3, name: "Neuve" }]);
    expect(mergeRows([], [one ?? rowOf()])).toHaveLength(1);
    expect(isTroubled(rowOf(), undefined)).toBe(false);
  });
});

describe("a selection", () => {
  const shown = [5, 3, 8, 1, 9];

  test("Shift ticks all between two boxes in the order of the list, and unticks them again", () => {
    const first = toggled(nothingSelected, 3, false, shown);
    const range = toggled(first, 9, true, shown);
    expect([...range.ids]).toEqual([3, 8, 1, 9]);
    const without = toggled(toggled(range, 3, false, shown), 1, true, shown);
    expect([...without.ids]).toEqual([9]);
  });

  test("all that is shown is ticked at once, what is not shown stays ticked", () => {
    const hidden = toggled(nothingSelected, 77, false, shown);
    const all = toggledAll(hidden, shown);
    expect([all.ids.size, tickOf(all, shown), tickOf(hidden, shown)]).toEqual([6, "all", "none"]);
    expect([...toggledAll(all, shown).ids]).toEqual([77]);
    expect(tickOf(toggled(all, 8, false, shown), shown)).toBe("some");
  });
});

describe("a state in words", () => {
  const words = campaignsWords.fr.state;
  const format = createFormat("fr");
  const told = (health: Health | undefined, status: Row["status"] = "active") =>
    tellState({ status }, health, "fr", words, format);

  test("says by how much a campaign lags, why, and what would help", () => {
    const fr = "votre zone est petite : +3 km toucheraient 4 200 personnes de plus.";
    expect(told(healthOf({ status: "behind", lagShare: 0.12, fr }))).toEqual({
      tone: "late",
      head: `En retard de ${format.percent(0.12)}`,
      sentence: "Votre zone est petite\u00a0: +3 km toucheraient 4\u202f200 personnes de plus.",
    });
  });

  test("does not say that one lags where the server does not, and what was decided goes first", () => {
    expect(told(healthOf({ status: "too_early", lagShare: 0.3 }))).toMatchObject({
      tone: "rest",
      head: `${format.percent(0.3)} sous le plan`,
    });
    expect(told(healthOf({ status: "behind", lagShare: 0.5 }), "paused").head).toBe("En pause");
    expect(told(undefined).head).toBe("En cours");
    expect(told(healthOf({ rest: "paused", status: "not_running" })).head).toBe("En cours");
    expect(told(healthOf({ rest: "day_spent" })).head).toBe("Budget du jour dépensé");
  });

  test("what was worked out a moment ago keeps its reasons, figures are always the newer", () => {
    const nowMs = Date.parse("2026-11-23T10:05:00.000Z");
    const live = healthOf({
      status: "behind",
      diagnosedAt: "2026-11-23T10:00:00.000Z",
      fr: "zone",
    });
    const stored = healthOf({ spentTodayMicros: 2_000_000 });
    const known = withHealth(new Map(), [live], nowMs);
    expect(withHealth(known, [stored], nowMs).get(1)).toMatchObject({
      status: "behind",
      fr: "zone",
      spentTodayMicros: 2_000_000,
    });
    expect(withHealth(known, [stored], nowMs + 600_000).get(1)?.status).toBe("on_track");
    const paused = healthOf({ rest: "paused", status: "not_running" });
    expect(withHealth(known, [paused], nowMs).get(1)?.rest).toBe("paused");
  });
});

test.each([
  ["12,50", 12_500_000],
  ["1\u202f234 €", 1_234_000_000],
  ["0.01", 10_000],
  ["0", null],
  ["-3", null],
  ["1,234", null],
  ["douze", null],
  ["99999999", null],
])("an amount typed as %s", (text, micros) => {
  expect(readEuros(text)).toBe(micros);
});

describe("a file for spreadsheets", () => {
  test("has semicolons and decimal commas in French, and nothing that runs as a formula", () => {
    expect(csvLine(["=A1", 'dit "oui"', 12.5, null, "a;b"], "fr")).toBe(
      `"'=A1";"dit ""oui""";12,5;;"a;b"\r\n`,
    );
    expect(csvLine(["a,b", 12.5], "en")).toBe('"a,b",12.5\r\n');
    expect([eurosOf(12_345_000), eurosOf(null)]).toEqual([12.35, null]);
  });

  test("has a value for each name of a column, and the state in words", () => {
    const words = { ...campaignsWords.fr, language: "fr" } as const;
    const line = exportLines([rowOf()], new Map([[1, healthOf()]]), new Map([[1, "Roux"]]), words);
    expect(line.split(";")).toHaveLength(exportHead(words).split(";").length);
    expect(line).toContain("1;Noël;Roux;En cours;Comme prévu;;");
  });
});

test("two versions of a campaign are told apart by what either changed", () => {
  const before = rowOf();
  const theirs = { ...before, dailyBudgetMicros: 20_000_000, name: "Pâques", version: 2 };
  expect(conflictsOf(before, { dailyBudgetMicros: 15_000_000 }, theirs)).toEqual([
    { field: "name", before: "Noël", mine: "Noël", theirs: "Pâques" },
    {
      field: "dailyBudgetMicros",
      before: 10_000_000,
      mine: 15_000_000,
      theirs: 20_000_000,
    },
  ]);
});
