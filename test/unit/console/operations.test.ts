import { describe, expect, it } from "vitest";
import { areaPath, ceilingOf, linePath } from "../../../console/src/live/chartPath.ts";
import {
  badSizeOf,
  bodyOf as placementBodyOf,
  valuesOf as placementValuesOf,
  sizeOf,
} from "../../../console/src/placements/placementForm.ts";
import { loaderSnippet, placeSnippet } from "../../../console/src/placements/snippet.ts";
import { createDecisions, type Decision } from "../../../console/src/review/decisions.ts";
import { formatsOf } from "../../../console/src/review/nameOf.ts";
import {
  changeOfSight,
  keyOf,
  leftOf,
  moved,
  noProgress,
  positionOf,
  putBack,
  type Sight,
  settledOne,
  skippedOne,
  unsettled,
} from "../../../console/src/review/queue.ts";
import { byDay, ratesOf, sharesOf } from "../../../console/src/ssps/rates.ts";
import { bodyOf as sspBodyOf, valuesOf as sspValuesOf } from "../../../console/src/ssps/sspForm.ts";
import type { QueuedCreative } from "../../../sdk/src/generated.ts";

const queued = (creativeId: number, version = 1): QueuedCreative =>
  ({ creative: { creativeId, version } }) as QueuedCreative;
const items = [1, 2, 3].map((id) => queued(id));
const idsOf = (left: readonly QueuedCreative[]) => left.map((item) => item.creative.creativeId);

describe("the review queue", () => {
  it("goes on to the next one that is left, and comes back to one that was undone", () => {
    const first = settledOne(items, noProgress, "1@1");
    expect([idsOf(leftOf(items, first)), first.current]).toEqual([[2, 3], "2@1"]);
    const undone = unsettled(first, "1@1");
    const left = leftOf(items, undone);
    expect([idsOf(left), positionOf(left, undone)]).toEqual([[1, 2, 3], 0]);
  });

  it("shows skipped ones last, in the order in which they were skipped", () => {
    const once = skippedOne(items, noProgress, "2@1");
    const twice = skippedOne(leftOf(items, once), once, "1@1");
    expect(idsOf(leftOf(items, twice))).toEqual([3, 2, 1]);
    expect(twice.current).toBe("3@1");
  });

  it("the last one is followed by the first that is left, and the only one by nothing", () => {
    const atLast = { ...noProgress, current: "3@1" };
    expect(settledOne(items, atLast, "3@1").current).toBe("1@1");
    const [only] = items;
    if (only === undefined) throw new Error("no item");
    const done = settledOne([only], noProgress, keyOf(only));
    expect(positionOf(leftOf([only], done), done)).toBe(-1);
    expect(skippedOne([only], noProgress, keyOf(only)).current).toBe(keyOf(only));
  });

  it("a changed creative is another one to look at", () => {
    const done = settledOne(items, noProgress, "1@1");
    expect(idsOf(leftOf([queued(1, 2), queued(2)], done))).toEqual([1, 2]);
  });

  it("what is on view stays there when its version moves on, or a decision on another comes back", () => {
    const second = { ...noProgress, current: "2@1" };
    expect(positionOf([queued(1), queued(2, 2)], second)).toBe(1);
    expect(settledOne([queued(1), queued(2, 2), queued(3)], second, "2@2").current).toBe("3@1");
    const back = putBack([queued(2), queued(3)], settledOne(items, noProgress, "1@1"), "1@1");
    expect([idsOf(leftOf(items, back)), positionOf(items, back)]).toEqual([[1, 2, 3], 1]);
    expect(putBack([], settledOne([queued(1)], noProgress, "1@1"), "1@1").current).toBe("1@1");
  });

  it("tells a change of what is in sight from the reviewer's own going on", () => {
    const sight = (id: number, fields: object = {}, progress = noProgress): Sight => {
      const item = { creative: { creativeId: id, version: 1, title: "Vin", ...fields } };
      return { item: item as QueuedCreative, progress };
    };
    const none: Sight = { item: null, progress: noProgress };
    expect(changeOfSight(none, sight(1))).toBeNull();
    expect(changeOfSight(sight(1), sight(1))).toBeNull();
    expect(changeOfSight(sight(1), sight(2))).toBe("gone");
    expect(changeOfSight(sight(1), none)).toBe("gone");
    expect(changeOfSight(sight(1), sight(2, {}, { ...noProgress, current: "2@1" }))).toBeNull();
    const stopped = { version: 2, suspension: { reason: "Une plainte.", since: "2026-11-24" } };
    expect(changeOfSight(sight(1), sight(1, stopped))).toBeNull();
    expect(changeOfSight(sight(1), sight(1, { version: 2, title: "Rhum" }))).toBe("changed");
  });

  it("moving stops at both ends", () => {
    const back = moved(items, noProgress, -1);
    expect(positionOf(items, back)).toBe(0);
    const end = [1, 1, 1, 1].reduce((progress) => moved(items, progress, 1), back);
    expect(positionOf(items, end)).toBe(2);
  });
});

describe("decisions that can be undone", () => {
  const decisionOf = (id: number): Decision => ({
    item: queued(id),
    verdict: "approve",
    reasons: [],
    note: null,
    stopApproved: false,
  });
  function open(send: (decision: Decision) => Promise<void>) {
    const seen: (number | null)[] = [];
    const failed: number[] = [];
    const timers: (() => void)[] = [];
    const idOf = ({ item }: Decision) => item.creative.creativeId;
    const decisions = createDecisions({
      send,
      onPending: (one) => seen.push(one === null ? null : idOf(one)),
      onFailed: (one) => failed.push(idOf(one)),
      later(run) {
        timers.push(run);
        return () => timers.splice(timers.indexOf(run), 1);
      },
    });
    return { decisions, seen, failed, timers };
  }

  it("are sent when their time is up, or when the next one is made", () => {
    const sent: number[] = [];
    const { decisions, timers } = open(async ({ item }) => {
      sent.push(item.creative.creativeId);
    });
    decisions.put(decisionOf(1));
    expect(sent).toEqual([]);
    decisions.put(decisionOf(2));
    expect([sent, timers.length]).toEqual([[1], 1]);
    timers[0]?.();
    expect([sent, timers.length]).toEqual([[1, 2], 0]);
  });

  it("are not sent at all once they were undone", () => {
    const { decisions, seen, timers } = open(() => Promise.reject(new Error("sent")));
    decisions.put(decisionOf(1));
    expect(decisions.undo()?.item.creative.creativeId).toBe(1);
    expect([seen, timers.length, decisions.undo()]).toEqual([[1, null], 0, null]);
  });

  it("come back when they could not be sent", async () => {
    const { decisions, failed } = open(() => Promise.reject(new Error("away")));
    decisions.put(decisionOf(7));
    decisions.flush();
    await Promise.resolve();
    await Promise.resolve();
    expect(failed).toEqual([7]);
  });
});

it("a native ad is previewed as a card, then in the most usual banners; others as they are", () => {
  const sizes = [
    [120, 60],
    [300, 250],
    [320, 50],
  ] as const;
  const native = formatsOf({ format: "native" } as QueuedCreative["creative"], sizes);
  expect(native.map(({ format }) => format)).toEqual([null, "300x250", "320x50", "120x60"]);
  const image = { format: "image", width: 728, height: 90 } as QueuedCreative["creative"];
  expect(formatsOf(image, sizes)).toEqual([{ format: null, width: 728, height: 90 }]);
});

describe("figures of an SSP", () => {
  const window = {
    seconds: 60,
    requests: 600,
    bids: 90,
    won: 9,
    billed: 8,
    billedMicros: 1,
    noBids: [{ reason: "no_campaign", count: 500 }],
    shed: [{ reason: "over_quota", count: 10 }],
    refused: [],
    losses: [],
    latencyMs: null,
  };

  it("are shares of what they are of, and nothing where there is nothing", () => {
    expect(ratesOf(window)).toEqual({ requestsPerSecond: 10, bidShare: 0.15, winRate: 0.1 });
    const none = { ...window, seconds: 0, requests: 0, bids: 0, won: 0, noBids: [], shed: [] };
    expect(ratesOf(none)).toEqual({ requestsPerSecond: 0, bidShare: null, winRate: null });
  });

  it("of reasons keep their share of all, also where some are left out", () => {
    const reasons = [3, 2, 1].map((count) => ({ reason: `r${count}`, count }));
    expect(sharesOf(reasons, 2).map(({ share }) => share)).toEqual([1 / 2, 1 / 3]);
  });

  it("by day add up an SSP's currencies, in order", () => {
    const day = (name: string, costMicros: number, chargedMicros: number) => ({
      day: name,
      costMicros,
      chargedMicros,
    });
    const days = [day("2026-11-02", 5, 9), day("2026-11-01", 1, 0), day("2026-11-01", 2, 8)];
    expect(byDay(days)).toEqual([
      { day: "2026-11-01", costMicros: 3, chargedMicros: 8, marginMicros: 5 },
      { day: "2026-11-02", costMicros: 5, chargedMicros: 9, marginMicros: 4 },
    ]);
  });
});

describe("forms of the operator", () => {
  it("sizes are read as people write them", () => {
    expect(["300x250", " 300 × 250 ", "300*250"].map(sizeOf)).toEqual(Array(3).fill([300, 250]));
    expect(badSizeOf(["300x250", "grand"])).toBe("grand");
    expect(badSizeOf([])).toBeNull();
  });

  it("a placement's floor goes over as micros, and an emptied one is the API's to refuse", () => {
    const values = { ...placementValuesOf(null, 4), code: " haut ", floorEuros: 1.5 };
    expect(placementBodyOf(values)).toMatchObject({
      siteId: 4,
      code: "haut",
      floorMicros: 1_500_000,
    });
    expect(placementBodyOf({ ...values, floorEuros: "" })).toMatchObject({ floorMicros: "" });
  });

  it("an SSP's margin goes over in thousandths, and learnt shading keeps its settings", () => {
    const values = { ...sspValuesOf(null), marginPercent: 12.5, seat: " " };
    expect(sspBodyOf(values, null)).toMatchObject({
      marginPermille: 125,
      seat: null,
      syncUrl: null,
      shading: { kind: "learnt" },
    });
    expect(sspBodyOf({ ...values, isShaded: false }, null).shading).toEqual({ kind: "off" });
    expect(sspBodyOf(values, null)).not.toHaveProperty("marginPercent");
  });

  it("the snippet of a placement asks for what it admits", () => {
    const placement = { code: "haut", formats: ["native"], sizes: [] } as const;
    expect(placeSnippet(placement)).toBe(
      '<div data-atelier="haut" data-atelier-formats="native"></div>',
    );
    const banner = {
      code: "b",
      formats: ["image", "html"],
      sizes: [
        [300, 250],
        [728, 90],
      ],
    } as const;
    expect(placeSnippet(banner)).toContain('data-atelier-sizes="300x250, 728x90"');
    expect(loaderSnippet("https://ads.example", "site_x")).toContain('data-site="site_x"');
  });
});

describe("live charts", () => {
  it("have an axis that ends with 1, 2 or 5 times a power of ten", () => {
    expect([[0], [0.3], [7], [10], [11], [480]].map(ceilingOf)).toEqual([1, 0.5, 10, 10, 20, 500]);
  });

  it("end at the right edge, are broken by gaps and never leave the picture", () => {
    expect(linePath([1, null, 2], 2, 3)).toBe("M0.0 36.0M240.0 0.0");
    expect(linePath([5], 2, 60)).toBe("M240.0 0.0");
    expect(areaPath([1], 2, 60)).toBe("");
    expect(areaPath([0, 2], 2, 2)).toBe("M0.0 72.0L240.0 0.0L240 72L0.0 72Z");
  });
});
