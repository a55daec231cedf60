import { describe, expect, it } from "vitest";
import { contentCodes } from "../../../../src/campaigns/contentRules/contentRule.ts";
import {
  avoidedCategoriesOf,
  banOf,
  type ContentFacts,
  contentProblems,
  creativeContentProblems,
  flagsOf,
  type JudgedCampaign,
  mentionsOf,
  rulesOf,
} from "../../../../src/campaigns/contentRules/judge.ts";
import { contentRules } from "../../../../src/campaigns/contentRules/rules.ts";

const facts = (fields: Partial<ContentFacts> = {}): ContentFacts => ({
  trade: "couvreur",
  contentCategories: [],
  co2Class: null,
  licences: [],
  ...fields,
});
const about = (...contentCategories: string[]) => facts({ contentCategories });
const campaign = (fields: Partial<JudgedCampaign> = {}): JudgedCampaign => ({
  zone: { exclude: [] },
  audience: [],
  categories: { include: [] },
  keywords: { include: [], exclude: [] },
  ...fields,
});
const pointers = (given: Partial<JudgedCampaign>, under: ContentFacts) =>
  contentProblems(campaign(given), under).map(({ pointer }) => pointer);
const codesOf = (trade: string) => rulesOf(facts({ trade })).map(({ code }) => code);

describe("content rules", () => {
  it("have one row a subject, each with its source in law", () => {
    expect(contentRules.map(({ code }) => code).sort()).toEqual([...contentCodes].sort());
    for (const { source, code } of contentRules) expect(source, code).toMatch(/art\.|décret/);
  });

  it("know trades, with accents or without, and leave others alone", () => {
    expect(codesOf("Caviste")).toEqual(["alcohol"]);
    expect(codesOf("bar à vins")).toEqual(["alcohol"]);
    expect(codesOf("bar à ongles")).toEqual([]);
    expect(codesOf("Bar")).toEqual(["alcohol"]);
    expect(codesOf("agence immobilière")).toEqual(["housing"]);
    expect(codesOf("rachat de crédits")).toEqual(["credit"]);
    expect(codesOf("voitures d'occasion")).toEqual(["motor_vehicles"]);
    expect(codesOf("buraliste")).toEqual(["tobacco"]);
    for (const trade of ["couvreur", "fleuriste", "garage", "boulanger", "auto-école", ""])
      expect(codesOf(trade), trade).toEqual([]);
  });

  it("refuse politics and tobacco always, gambling and medicines without a licence", () => {
    for (const code of ["political", "tobacco", "gambling", "medicine"]) {
      expect(banOf(about(code))?.code).toBe(code);
      const problems = contentProblems(campaign(), about("jobs", code));
      expect(problems[0]?.pointer).toBe("/contentCategories/1");
      expect(problems[0]?.rule).toContain(`${code}: `);
    }
    expect(banOf({ ...about("gambling"), licences: ["gambling"] })).toBe(null);
    expect(banOf({ ...about("tobacco"), licences: ["tobacco"] })?.code).toBe("tobacco");
    expect(pointers({}, facts({ trade: "tabac" }))).toEqual(["/advertiserId"]);
  });

  it("name what the law has ads say, to the letter", () => {
    const said = (...codes: string[]) => mentionsOf(about(...codes)).map(([first]) => first);
    expect(said("alcohol", "credit")).toEqual([
      "L'abus d'alcool est dangereux pour la santé, à consommer avec modération.",
      "Un crédit vous engage et doit être remboursé. Vérifiez vos capacités de remboursement avant de vous engager.",
    ]);
    expect(mentionsOf(about("motor_vehicles"))[0]).toHaveLength(3);
    expect(said("motor_vehicles")).toEqual(["Pensez à covoiturer #SeDéplacerMoinsPolluer"]);
    expect(mentionsOf(about("processed_food"))[0]).toHaveLength(4);
    expect(mentionsOf({ ...about("new_cars"), co2Class: "B" })).toEqual([
      ["Classe d'émissions de CO₂ : B."],
    ]);
    expect(mentionsOf(facts())).toEqual([]);
  });

  it("let nobody choose who hears of a job, a home or a credit", () => {
    for (const code of ["jobs", "housing", "credit"]) {
      expect(pointers({ audience: [{ segment: "achat-auto" }] }, about(code))).toEqual([
        "/audience",
      ]);
      const exclude = [{ type: "postalCode", postalCode: "93200" }];
      expect(pointers({ zone: { exclude } }, about(code))).toEqual(["/zone/exclude"]);
      const keywords = { include: ["toit", "Retraités"], exclude: ["seniors"] };
      expect(pointers({ keywords }, about(code))).toEqual([
        "/keywords/include/1",
        "/keywords/exclude/0",
      ]);
    }
    expect(pointers({ audience: [{ segment: "a" }], zone: { exclude: [1] } }, facts())).toEqual([]);
  });

  it("keep alcohol from minors, sport and whatever pops up", () => {
    const keywords = { include: ["jouets", "vin rouge"], exclude: ["enfants"] };
    const categories = { include: ["famille/equipement-bebe"] };
    expect(pointers({ keywords, categories }, about("alcohol"))).toEqual([
      "/keywords/include/0",
      "/categories/include/0",
    ]);
    expect(avoidedCategoriesOf(about("alcohol"))).toContain("loisirs/sports");
    const popUp = { attributes: [2, 8] };
    expect(creativeContentProblems(popUp, about("alcohol"))[0]?.pointer).toBe("/attributes/1");
    expect(creativeContentProblems(popUp, facts())).toEqual([]);
  });

  it("ask for the class of new cars, and for no other's", () => {
    expect(pointers({}, about("new_cars"))).toEqual(["/co2Class"]);
    expect(pointers({}, { ...about("new_cars"), co2Class: "A" })).toEqual([]);
    expect(pointers({}, facts({ co2Class: "A" }))).toEqual(["/co2Class"]);
  });

  it("raise a flag for words of what a campaign does not name, and accuse nobody of likenesses", () => {
    expect(flagsOf("Grand choix de CIGARES", facts())).toEqual(["tobacco"]);
    expect(flagsOf("Le prêt personnel : mensualités légères", facts())).toEqual(["credit"]);
    expect(flagsOf("Des vins de Loire", facts())).toEqual(["alcohol"]);
    expect(flagsOf("Des vins de Loire", facts({ trade: "caviste" }))).toEqual([]);
    expect(flagsOf("Vingt ans d'expérience, électricien, crédible", facts())).toEqual([]);
    expect(flagsOf("Votez pour nous aux élections municipales", facts())).toEqual(["political"]);
  });
});
