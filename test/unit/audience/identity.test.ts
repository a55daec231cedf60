import { describe, expect, it } from "vitest";
import {
  type IdentitySighting,
  identityRules,
  personAt,
  resolveIdentity,
} from "../../../src/audience/identity.ts";

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 0, 1);
const at = (day: number) => startMs + day * dayMs;
const seen = (visitorKey: string, accountKey: string | null, day: number): IdentitySighting => ({
  visitorKey,
  accountKey,
  atMs: at(day),
});
/** The person to whom each of some days of a visitor belongs, as it was known at the last of them or at `asOf`. */
const people = (
  sightings: readonly IdentitySighting[],
  visitorKey: string,
  days: readonly number[],
  asOf = Math.max(...days),
) => {
  const resolved = resolveIdentity(sightings, at(asOf));
  return days.map((day) => personAt(resolved, visitorKey, at(day)));
};

describe("the person behind a visitor", () => {
  it("is the visitor until it logs in, and then the account, for what it did before as well", () => {
    const sightings = [seen("phone", "anne", 10)];
    expect(people(sightings, "phone", [1, 9], 9)).toEqual(["phone", "phone"]);
    expect(people(sightings, "phone", [1, 9, 10, 20])).toEqual(["anne", "anne", "anne", "anne"]);
    expect(people(sightings, "other", [20])).toEqual(["other"]);
  });

  it("is one for two devices of an account", () => {
    const sightings = [seen("phone", "anne", 10), seen("laptop", "anne", 12)];
    expect(people(sightings, "phone", [11], 12)).toEqual(people(sightings, "laptop", [11], 12));
  });

  it("is the visitor again from the log-out on, until the next log-in, whose past the log-out ends", () => {
    const sightings = [
      seen("phone", "anne", 10),
      seen("phone", null, 20),
      seen("phone", "anne", 30),
    ];
    expect(people(sightings, "phone", [5, 15, 25, 35])).toEqual(["anne", "anne", "phone", "anne"]);
  });

  it("changes with a device that is handed over, and the time between is nobody's", () => {
    const sightings = [
      seen("phone", "anne", 10),
      seen("phone", "anne", 12),
      seen("phone", "bob", 40),
    ];
    expect(people(sightings, "phone", [5, 11, 20, 39, 41])).toEqual([
      "anne",
      "anne",
      "phone",
      "phone",
      "bob",
    ]);
    // As it was known before.
    expect(people(sightings, "phone", [20, 39], 39)).toEqual(["anne", "anne"]);
  });

  it("is nobody's account at a device that is shared: two changes, or two accounts in half an hour", () => {
    const back = [seen("tv", "anne", 1), seen("tv", "bob", 5), seen("tv", "anne", 9)];
    expect(people(back, "tv", [0, 2, 6, 10])).toEqual(["tv", "tv", "tv", "tv"]);
    const soon = [
      { visitorKey: "tv", accountKey: "anne", atMs: at(1) },
      { visitorKey: "tv", accountKey: "bob", atMs: at(1) + identityRules.sharedWithinMs },
    ];
    expect(people(soon, "tv", [0, 2])).toEqual(["tv", "tv"]);
    const later = [soon[0]!, { ...soon[1]!, atMs: soon[1]!.atMs + 1 }];
    expect(people(later, "tv", [0, 2])).toEqual(["anne", "bob"]);
  });

  it("is not the account of a crowd", () => {
    const crowd = (visitors: number) =>
      Array.from({ length: visitors }, (_, index) => seen(`v${index}`, "kiosk", 1));
    expect(people(crowd(20), "v3", [2])).toEqual(["kiosk"]);
    expect(people(crowd(21), "v3", [2])).toEqual(["v3"]);
  });

  it("lapses after 90 days without a sighting, and is forgotten after 390", () => {
    const sightings = [seen("phone", "anne", 0)];
    expect(people(sightings, "phone", [89, 90])).toEqual(["anne", "phone"]);
    expect(people(sightings, "phone", [-5], 389)).toEqual(["anne"]);
    expect(people(sightings, "phone", [-5], 390)).toEqual(["phone"]);
  });
});
