import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { insideArea, ofPlace } from "../../../src/serving/frenchPlaces.ts";

interface OfficialName {
  readonly code: string;
  readonly nom: string;
  readonly population?: number;
  /** INSEE's link word: 0 de, 1 d', 2 du (Le), 3 de La, 4 des (Les), 5 de L'. */
  readonly typeLiaison?: number;
}

const folder = new URL(
  "../../../node_modules/@etalab/decoupage-administratif/data/",
  import.meta.url,
);
const official = (file: string): readonly OfficialName[] =>
  JSON.parse(readFileSync(new URL(file, folder), "utf8"));

function linkOf(phrase: string): number {
  const links: readonly (readonly [string, number])[] = [
    ["du ", 2],
    ["des ", 4],
    ["de La ", 3],
    ["de L'", 5],
    ["d'", 1],
    ["de ", 0],
  ];
  return links.find(([start]) => phrase.startsWith(start))?.[1] ?? -1;
}

describe("the little word before a place", () => {
  it.each([
    ["Amiens", "d'Amiens"],
    ["Limoges", "de Limoges"],
    ["Le Mans", "du Mans"],
    ["La Rochelle", "de La Rochelle"],
    ["Les Abymes", "des Abymes"],
    ["L'Haÿ-les-Roses", "de L'Haÿ-les-Roses"],
    ["Évreux", "d'Évreux"],
    ["Yvetot", "d'Yvetot"],
    ["Hyères", "d'Hyères"],
    ["Honfleur", "de Honfleur"],
    ["Le Havre", "du Havre"],
  ])("%s gives %s", (name, expected) => {
    expect(ofPlace(name)).toBe(expected);
  });

  it("agrees with INSEE for every commune of 5,000 inhabitants and 98.5 % of all", () => {
    const communes = official("communes.json").filter(
      (commune) => commune.typeLiaison !== undefined,
    );
    expect(communes.length).toBeGreaterThan(34_000);
    const wrong = communes.filter(
      (commune) => linkOf(ofPlace(commune.nom)) !== commune.typeLiaison,
    );
    expect(wrong.filter((commune) => (commune.population ?? 0) >= 5_000)).toEqual([]);
    expect(wrong.length / communes.length).toBeLessThan(0.015);
  });

  it("is known for every département that INSEE gives an article to", () => {
    const articled = official("departements.json").filter(
      (departement) => (departement.typeLiaison ?? 0) > 1,
    );
    const unknown = articled.filter(({ nom }) => insideArea(nom) === null);
    expect(unknown.map(({ nom }) => nom)).toEqual([]);
    const starts = new Map([
      [2, ["dans le "]],
      [3, ["dans la ", "en "]],
      [4, ["dans les "]],
      [5, ["dans l'"]],
    ]);
    for (const { nom, typeLiaison = 0 } of articled) {
      const fits = starts.get(typeLiaison)?.some((start) => insideArea(nom)?.startsWith(start));
      expect(fits, nom).toBe(true);
    }
    expect(insideArea("Paris")).toBeNull();
  });
});
