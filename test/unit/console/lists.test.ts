import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  CannotHashError,
  hashFile,
  type IdentifierKind,
  identifierIn,
  toBodies,
} from "../../../console/src/lists/listFile.ts";
import { latestExpiry } from "../../../console/src/lists/listLife.ts";
import { audienceWith, usesOf } from "../../../console/src/lists/uses.ts";
import { removedIn } from "../../../console/src/privacy/removedIn.ts";
import { yesterdayInParis } from "../../../console/src/privacy/yesterday.ts";

const hex = (text: string) => createHash("sha256").update(text).digest("hex");
const read = (
  text: string,
  kind: IdentifierKind = "email_sha256",
  { sha256 = async (told: string) => hex(told), signal = new AbortController().signal } = {},
) => hashFile(text, kind, { sha256, signal, onProgress: () => undefined });

describe("a file of customers", () => {
  it.each([
    ["Jeanne@Exemple.FR", "jeanne@exemple.fr"],
    ['Durand;"jeanne@exemple.fr";Limoges', "jeanne@exemple.fr"],
    ["nom\tjeanne@exemple.fr", "jeanne@exemple.fr"],
    ["nom,prénom", null],
    [hex("x").toUpperCase(), hex("x")],
  ])("finds in the line %s the address or hash %s", (line, found) => {
    expect(identifierIn(line, "email_sha256")).toBe(found);
  });

  it("hashes addresses in lower case, takes hashes as they are, and each once", async () => {
    const lines = [
      "\uFEFFemail",
      " A@b.fr ",
      "a@B.fr",
      hex("a@b.fr"),
      "",
      "rien",
      hex("c").toUpperCase(),
    ];
    const { hashes, unread } = await read(lines.join("\r\n"));
    expect(hashes).toEqual([hex("a@b.fr"), hex("c")]);
    expect(unread).toBe(1);
  });

  it("hashes ids as they stand, without the column's name", async () => {
    const { hashes } = await read("client\nA-1\na-1\n", "id_sha256");
    expect(hashes).toEqual([hex("A-1"), hex("a-1")]);
    expect((await read("client-1\nclient-2", "id_sha256")).hashes).toHaveLength(2);
  });

  it("is refused where nothing can be hashed, unless it holds hashes", async () => {
    const plain = { sha256: null as never };
    await expect(read("a@b.fr", "email_sha256", plain)).rejects.toThrow(CannotHashError);
    expect((await read(hex("a"), "email_sha256", plain)).hashes).toEqual([hex("a")]);
  });

  it("ends where it is stopped", async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(read("a@b.fr", "email_sha256", { signal: controller.signal })).rejects.toThrow();
  });

  it("is sent in parts that lose no line", () => {
    const hashes = ["a", "b", "c", "d", "e"];
    expect(toBodies(hashes, 2)).toEqual(["a\nb\n", "c\nd\n", "e\n"]);
  });
});

describe("a list in a campaign", () => {
  const campaign = {
    campaignId: 1,
    audience: [{ segmentId: 3, segment: "jardin", minScore: null, multiplier: 2 }],
  };

  it("joins what is there, changes place, and goes", () => {
    const other = { segmentId: 3, minScore: null, multiplier: 2 };
    expect(audienceWith(campaign, 9, "only")).toEqual([other, { segmentId: 9, minScore: 0.5 }]);
    expect(audienceWith(campaign, 3, "only")).toEqual([{ segmentId: 3, minScore: 0.5 }]);
    expect(audienceWith(campaign, 3, "none")).toEqual([]);
    expect(usesOf(3, [campaign])).toEqual([campaign]);
    expect(usesOf(9, [campaign])).toEqual([]);
  });

  it("runs for 390 days at most", () => {
    expect(latestExpiry("2026-10-01")).toBe("2027-10-26");
    expect(latestExpiry("")).toBe("");
  });
});

describe("privacy", () => {
  it("tells what went from each store, and which was away", () => {
    const counts = {
      redis: { scores: 1, caps: 2, touches: 0, links: 0 },
      postgres: { forecastSample: 4, consentState: 1 },
    };
    expect(removedIn({ counts })).toEqual({ cache: 3, scores: null, database: 5 });
  });

  it("takes the last day that is over in Paris, not in London", () => {
    expect(yesterdayInParis(new Date("2026-11-23T22:30:00Z"))).toBe("2026-11-22");
    expect(yesterdayInParis(new Date("2026-11-23T23:30:00Z"))).toBe("2026-11-23");
  });
});
