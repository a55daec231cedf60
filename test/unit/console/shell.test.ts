import { expect, test } from "vitest";
import { expiryOf, keyStateOf } from "../../../console/src/accounts/keyState.ts";
import { returnPathOf } from "../../../console/src/signin/returnPath.ts";
import { createFormat } from "../../../console/src/ui/format.ts";
import { fieldErrorsOf, problemSentence } from "../../../console/src/ui/problemWords.ts";
import { ruleSentence } from "../../../console/src/ui/ruleWords.ts";
import { countedEn, countedFr } from "../../../console/src/words/counted.ts";
import { dictionary } from "../../../console/src/words/dictionary.ts";
import type { FieldProblem } from "../../../sdk/src/generated.ts";
import { AtelierProblem } from "../../../sdk/src/problem.ts";

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, "·");

function refusal(
  status: number,
  code: "invalid_body" | "forbidden",
  errors: readonly FieldProblem[],
) {
  const type = `urn:atelier:problem:${code}` as const;
  return new AtelierProblem(status, { type, title: "t", status, detail: "d", errors });
}

test("what is counted is one or several, as each language counts", () => {
  const [fr, en] = [countedFr("# clic", "# clics"), countedEn("# click", "# clicks")];
  expect(["0", "1", "2", "1 204"].map(fr)).toEqual(["0 clic", "1 clic", "2 clics", "1 204 clics"]);
  expect(["0", "1", "2"].map(en)).toEqual(["0 clicks", "1 click", "2 clicks"]);
});

test("French words are written plainly and set as typography wants", () => {
  const words = dictionary(
    {
      sure: "Êtes-vous sûr ? L'heure : « midi » !",
      share: (part: number) => `${part} % ; 12 500 €`,
    },
    { sure: "Are you sure? It's noon!", share: (part) => `${part}%` },
  );
  expect(plain(words.fr.sure)).toBe("Êtes-vous sûr·? L’heure·: «·midi·»·!");
  expect(words.fr.sure).toContain("sûr\u202f?");
  expect(words.fr.sure).toContain("heure\u00a0:");
  expect(plain(words.fr.share(12))).toBe("12·%·; 12·500·€");
  expect(words.en.sure).toBe("Are you sure? It’s noon!");
});

test("money, shares, distances and days are written as each language does", () => {
  const [fr, en] = [createFormat("fr"), createFormat("en")];
  expect(plain(fr.money(1_234_500_000))).toBe("1·234,50·€");
  expect(en.money(1_234_500_000)).toBe("€1,234.50");
  expect(plain(fr.price(125_000))).toBe("0,125·€");
  expect(plain(fr.euros(1_234_500_000))).toBe("1·235·€");
  expect(plain(fr.percent(0.0042, 2))).toBe("0,42·%");
  expect([800, 2_500, 12_400].map((meters) => plain(fr.distance(meters)))).toEqual([
    "800·m",
    "2,5·km",
    "12·km",
  ]);
  expect(fr.day("2026-11-23")).toBe("23 nov. 2026");
  expect(fr.relative("2026-11-23T09:00:00Z", Date.parse("2026-11-23T12:10:00Z"))).toBe(
    "il y a 3 heures",
  );
  expect(fr.list(["a", "b", "c"])).toBe("a, b et c");
});

test.each([
  ["is required", "Cette valeur est nécessaire."],
  ["must have at most 45 characters", "Au plus 45 caractères."],
  ["must be an integer from 1 to 200", "Entre 1 et 200."],
  ["must be one of native, image", "Choisissez l’une de ces valeurs·: native, image."],
  ["must be of another world", "Cette valeur ne convient pas (must be of another world)."],
])("the rule %j is said as %j", (rule, sentence) => {
  expect(plain(ruleSentence(rule, "fr"))).toBe(sentence);
});

test("limits of money are said in euros", () => {
  expect(plain(ruleSentence("must be at least 1000000", "fr", true))).toBe("Au moins 1,00·€.");
});

test("a refused body's problems stand with the fields that they are about, the deepest first", () => {
  const error = refusal(422, "invalid_body", [
    { pointer: "/zone/include/0/radiusMeters", rule: "must be at most 50000" },
    { pointer: "/dailyBudgetMicros", rule: "must be at least 2000000" },
    { pointer: "/surprise", rule: "is not a known field" },
  ]);
  const { fields, rest } = fieldErrorsOf(
    error,
    { "/zone": "zone", "/zone/include/0/radiusMeters": "radius", "/dailyBudgetMicros": "budget" },
    "fr",
  );
  expect(Object.keys(fields)).toEqual(["radius", "budget"]);
  expect(plain(fields.budget ?? "")).toBe("Au moins 2,00·€.");
  expect(rest).toHaveLength(1);
});

test("an error is said in a sentence, whatever it was", () => {
  expect(problemSentence(refusal(403, "forbidden", []), "fr")).toContain("ne permet pas");
  expect(problemSentence(new TypeError("Failed to fetch"), "fr")).toContain("ne répond pas");
  expect(problemSentence(new AtelierProblem(502, null), "fr")).toContain("indisponible");
});

test.each([
  ["?returnTo=%2Fcampaigns%2F12%3Fday%3D1", "/campaigns/12?day=1"],
  ["", "/"],
  ["?returnTo=https%3A%2F%2Fevil.example", "/"],
  ["?returnTo=%2F%2Fevil.example", "/"],
  ["?returnTo=%2F%5Cevil.example", "/"],
  ["?returnTo=%2Fsign-in", "/"],
])("after signing in with %j one is at %j", (search, path) => {
  expect(returnPathOf(search)).toBe(path);
});

test("a key is in force until it ends or is revoked", () => {
  const nowMs = Date.parse("2026-11-23T12:00:00Z");
  const in30Days = expiryOf("30", nowMs);
  expect(in30Days).toBe("2026-12-23T12:00:00.000Z");
  expect(expiryOf("never", nowMs)).toBeNull();
  const key = { revokedAt: null, expiresAt: in30Days };
  expect(keyStateOf(key, nowMs)).toBe("active");
  expect(keyStateOf(key, Date.parse("2026-12-23T12:00:00Z"))).toBe("expired");
  expect(keyStateOf({ ...key, revokedAt: "2026-11-23T11:00:00Z" }, nowMs)).toBe("revoked");
});
