import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { storedCampaignSchema } from "../../../../src/campaigns/answers.ts";
import { campaignSchema, segmentSlug } from "../../../../src/campaigns/campaignSchema.ts";
import { creativeSchemas } from "../../../../src/campaigns/creativeSchema.ts";
import {
  calendarDay,
  categoryPath,
  distinctList,
  entityId,
  httpsUrl,
  lineOfText,
  lowerCaseText,
} from "../../../../src/campaigns/fieldTypes.ts";
import { zoneSchema } from "../../../../src/campaigns/zoneSchema.ts";
import { toJsonSchema } from "../../../../src/routes/openapi/jsonSchemas.ts";
import { campaignBody, nativeBody } from "../../../support/campaignBodies.ts";

const ajv = new Ajv2020({
  strictTypes: false,
  formats: { date: /^\d{4}-\d{2}-\d{2}$/, uri: (text: string) => URL.canParse(text) },
});
const says = (schema: z.ZodType, value: unknown) => ({
  validator: schema.safeParse(value).success,
  description: ajv.validate(toJsonSchema(schema, "input"), value) === true,
});
const both = (verdict: boolean) => ({ validator: verdict, description: verdict });

describe("the description of a field takes and refuses what its validator does", () => {
  test.each<[string, z.ZodType, readonly unknown[], readonly unknown[]]>([
    ["a line", lineOfText(5), ["a", "éèàç€"], ["", "six   !", 5, null]],
    ["a word", lowerCaseText(5), ["mot"], ["", "beaucoup", false]],
    ["an address", httpsUrl(), ["https://a.example.fr/x"], ["nowhere", 7]],
    ["a category", categoryPath(), ["vehicules/voitures"], ["Vehicules", "a//b", "a/b/c/d/e/f"]],
    ["a slug", segmentSlug(), ["achat-auto"], ["Achat", "achat_auto", "-"]],
    ["a day", calendarDay(), ["2026-03-01"], ["1 mars", "2026-3-1", 20260301]],
    ["an id", entityId(), [1, 2_147_483_647], [0, -1, 1.5, "1", 2_147_483_648]],
    ["a list", distinctList(entityId(), 2), [[], [1, 2]], [[1, 1], [1, 2, 3], 1]],
    [
      "a zone",
      zoneSchema,
      [
        { include: [{ type: "france" }] },
        { include: [{ type: "commune", inseeCode: "2A004" }], exclude: [] },
        {
          include: [
            {
              type: "polygon",
              geometry: {
                type: "Polygon",
                coordinates: [
                  [
                    [1, 45],
                    [2, 45, 300],
                    [2, 46],
                    [1, 45],
                  ],
                ],
              },
            },
          ],
        },
      ],
      [
        { include: [] },
        { include: [{ type: "circle", lat: 45, lon: 1, radiusMeters: 10 }] },
        { include: [{ type: "commune", inseeCode: "870855" }] },
        { include: [{ type: "moon" }] },
        { include: [{ type: "france", of: "yesterday" }] },
        { exclude: [{ type: "france" }] },
      ],
    ],
    ["a campaign", campaignSchema, [campaignBody()], [{ ...campaignBody(), colour: "red" }, {}]],
    ["a native creative", creativeSchemas.native, [nativeBody()], [{ ...nativeBody(), title: "" }]],
  ])("%s", (_what, schema, good, bad) => {
    for (const value of good) expect([value, says(schema, value)]).toEqual([value, both(true)]);
    for (const value of bad) expect([value, says(schema, value)]).toEqual([value, both(false)]);
  });
});

describe("what is answered", () => {
  test("has every field, those with defaults too, and points of two numbers", () => {
    const { required, properties } = toJsonSchema(storedCampaignSchema, "output");
    expect(required).toEqual(Object.keys(properties as object));
    const polygon = {
      type: "polygon",
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [1, 45],
            [2, 45, 300],
            [2, 46],
            [1, 45],
          ],
        ],
      },
    };
    const kept = zoneSchema.parse({ include: [polygon] });
    const validate = ajv.compile(toJsonSchema(zoneSchema, "output"));
    expect(validate(kept)).toBe(true);
    expect(validate({ include: [polygon], exclude: [] })).toBe(false);
    expect(validate({ include: [{ type: "france" }] })).toBe(false);
  });
});
