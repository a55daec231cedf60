import { describe, expect, it } from "vitest";
import { bodyOf, linesOf, valuesOf } from "../../../console/src/billing/detailsForm.ts";
import { lastMonths } from "../../../console/src/billing/months.ts";
import { foundOrganizations } from "../../../console/src/organizations/found.ts";
import { numberOf } from "../../../console/src/ui/numberOf.ts";
import { zoneText } from "../../../console/src/ui/zoneText.ts";
import { failureOf } from "../../../console/src/webhooks/webhookEvents.ts";

describe("billing", () => {
  it("takes numbers as people group them, and no empty lines", () => {
    const typed = {
      legalName: " Jeanne Laval ",
      address: "3 rue de la Boucherie\n\n  Bâtiment B \n",
      postalCode: "87 000",
      city: "Limoges",
      siren: "732 829 320",
      vatNumber: "",
    };
    expect(bodyOf(typed)).toEqual({
      legalName: "Jeanne Laval",
      addressLines: ["3 rue de la Boucherie", "Bâtiment B"],
      postalCode: "87000",
      city: "Limoges",
      siren: "732829320",
      vatNumber: null,
    });
    expect(linesOf("\n \n")).toEqual([]);
    expect(valuesOf(null).address).toBe("");
  });

  it("counts months in France, over the new year", () => {
    expect(lastMonths(new Date("2026-01-31T23:30:00Z"), 3)).toEqual([
      "2026-02",
      "2026-01",
      "2025-12",
    ]);
  });

  it("reads what is typed as a number, whichever the language", () => {
    expect([numberOf(12.5), numberOf("12,5"), numberOf("1\u202f234.5"), numberOf("-")]).toEqual([
      12.5,
      12.5,
      1234.5,
      "",
    ]);
  });
});

it("zones are told in English too", () => {
  const told = (label: string) => zoneText(label, "en");
  expect(told("Limoges et 2,5 km autour")).toBe("Limoges and 2.5 km around");
  expect(told("3 communes dont Limoges sauf Panazol")).toBe(
    "3 communes, among them Limoges except Panazol",
  );
  expect(told("toute la France sauf la Corse")).toBe("all of France except la Corse");
  expect(told("Limoges et 2 autres")).toBe("Limoges and 2 more");
  expect(zoneText("Limoges et 2,5 km autour", "fr")).toBe("Limoges et 2,5 km autour");
});

it("organisations are found without regard to case and accents, and failures are known or others", () => {
  const one = (name: string, organizationId: number) =>
    ({ name, organizationId, kind: "shop", active: true }) as never;
  const all = [one("Zoé", 1), one("Épicerie", 2), one("Agence", 3)];
  expect(foundOrganizations(all, "EPI").map(({ organizationId }) => organizationId)).toEqual([2]);
  expect(foundOrganizations(all, "").map(({ organizationId }) => organizationId)).toEqual([
    3, 2, 1,
  ]);
  expect([failureOf("timeout"), failureOf("something_new")]).toEqual(["timeout", "other"]);
});
