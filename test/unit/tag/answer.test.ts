import fc from "fast-check";
import { expect, test } from "vitest";
import { readAnswer } from "../../../tag/page/answer.ts";

const ad = {
  creativeId: 7,
  advertiser: "Toitures Martin",
  format: "native",
  content: {
    title: "Votre toit",
    text: "Devis",
    callToAction: "Voir",
    imageUrl: "https://i.example/a.jpg",
  },
  label: "Publicité",
  why: {
    payer: "Martin",
    reasons: ["Limoges"],
    choices: null,
    aboutUrl: "https://ads.example/pourquoi/x",
  },
  tracking: {
    impression: "https://ads.example/t/i/x",
    viewable: "https://ads.example/t/v/x",
    click: "https://ads.example/t/c/x",
  },
};
const read = (fields: object) =>
  readAnswer({ placements: [{ id: "top", ads: [{ ...ad, ...fields }] }] }).get("top");

test("the ads of an answer are read by placement", () => {
  expect(read({})).toEqual([
    expect.objectContaining({
      title: "Votre toit",
      payer: "Martin",
      reasons: ["Limoges"],
      choices: "",
    }),
  ]);
});

test("an ad without one of its addresses, or with one that is none of the web, is left out", () => {
  for (const click of [undefined, "", "javascript:alert(1)", "data:text/html,x", "//x", 7, {}])
    expect(read({ tracking: { ...ad.tracking, click } })).toEqual([]);
  const script = { ...ad.content, imageUrl: "javascript:alert(1)" };
  expect(read({ content: script })).toEqual([]);
});

test("texts have a length and lists an end", () => {
  const long = read({
    content: { ...ad.content, title: "x".repeat(100_000) },
    mentions: Array(500).fill("a"),
  });
  expect(long?.[0]?.title).toHaveLength(4_000);
  expect(long?.[0]?.mentions).toHaveLength(20);
  const many = readAnswer({ placements: [{ id: "top", ads: Array(5_000).fill(ad) }] });
  expect(many.get("top")).toHaveLength(20);
});

test("whatever the answer, nothing is thrown, and what comes out is texts, numbers and addresses", () => {
  const value = fc.anything({ maxDepth: 4 }).map((one) => JSON.parse(JSON.stringify(one ?? null)));
  const hostile = fc.record(
    {
      ...Object.fromEntries(Object.keys(ad).map((key) => [key, value])),
      tracking: fc.constant(ad.tracking),
    },
    { requiredKeys: ["tracking"] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        value,
        fc.record({ placements: fc.array(fc.record({ id: value, ads: fc.array(hostile) })) }),
      ),
      (answer) => {
        for (const ads of readAnswer(answer).values())
          for (const { title, width, aboutUrl, reasons } of ads) {
            expect([typeof title, typeof width, Array.isArray(reasons)]).toEqual([
              "string",
              "number",
              true,
            ]);
            expect(aboutUrl).toMatch(/^(https?:\/\/\S+)?$/);
          }
      },
    ),
    { numRuns: 60 },
  );
});
