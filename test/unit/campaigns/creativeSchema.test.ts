import { describe, expect, it } from "vitest";
import { parseCreative } from "../../../src/campaigns/creativeSchema.ts";
import { htmlBody, imageBody, nativeBody } from "../../support/campaignBodies.ts";

const problemsOf = (body: unknown) => {
  const parsed = parseCreative(body);
  return parsed.ok ? [] : parsed.problems.map(({ pointer, rule }) => `${pointer} ${rule}`);
};

describe("a creative", () => {
  it.each([
    ["native", nativeBody()],
    ["image", imageBody()],
    ["html", htmlBody()],
  ])("is accepted: %s", (_name, body) => {
    expect(problemsOf(body)).toEqual([]);
  });

  it.each([
    "http://localhost:8080/demo/a.svg?x=1",
    "http://127.0.0.1/a.svg",
    "HTTP://LOCALHOST/a.svg",
  ])("shows a picture of this machine in the embedded start only: %s", (imageUrl) => {
    for (const body of [imageBody({ imageUrl }), nativeBody({ imageUrl })]) {
      expect(problemsOf(body)).toEqual(["/imageUrl must be an https:// address"]);
      expect(parseCreative(body, "httpsOrLoopback").ok).toBe(true);
    }
  });

  it("takes plain http from nowhere else, even there", () => {
    for (const imageUrl of ["http://images.example.fr/a.jpg", "http://localhost.example.fr/a.jpg"])
      expect(parseCreative(nativeBody({ imageUrl }), "httpsOrLoopback").ok).toBe(false);
  });

  it("counts characters as people do, not as bytes or UTF-16 units", () => {
    expect(problemsOf(nativeBody({ title: "🏠".repeat(45) }))).toEqual([]);
    expect(problemsOf(nativeBody({ title: "🏠".repeat(46) }))).toEqual([
      "/title must have at most 45 characters (it has 46)",
    ]);
  });

  it.each<[unknown, string]>([
    [nativeBody({ text: "x".repeat(131) }), "/text must have at most 130 characters"],
    [nativeBody({ callToAction: "x".repeat(31) }), "/callToAction must have at most 30 characters"],
    [nativeBody({ title: undefined }), "/title is required"],
    [nativeBody({ html: "<b>" }), "/html is not a known field"],
    [
      nativeBody({ landingUrl: "http://toitures.example.fr/" }),
      "/landingUrl must be an https:// address",
    ],
    [nativeBody({ landingUrl: "javascript:alert(1)" }), "/landingUrl must be an https:// address"],
    [
      nativeBody({ landingUrl: "https://me:secret@toitures.example.fr/" }),
      "/landingUrl must not contain a user name",
    ],
    [nativeBody({ landingUrl: "https://intranet/" }), "/landingUrl must have a public host name"],
    [
      nativeBody({ landingUrl: "https://a.fr/\r\nx: y" }),
      "/landingUrl must be an https:// address",
    ],
    [
      nativeBody({ landingUrl: `https://a.fr/${"x".repeat(2_048)}` }),
      "/landingUrl must have at most 2048",
    ],
    [
      nativeBody({ imageUrl: "http://images.example.fr/a.jpg" }),
      "/imageUrl must be an https:// address",
    ],
    [imageBody({ width: 301 }), "/width width × height must be one of"],
    [imageBody({ width: 0 }), "/width must be at least 1"],
    [imageBody({ alt: "" }), "/alt must not be empty"],
    [
      htmlBody({ html: "é".repeat(25_601) }),
      "/html must have at most 51200 bytes in UTF-8 (it has 51202)",
    ],
    [htmlBody({ html: "a\u0000b" }), "/html must not contain control characters"],
    [{ format: "video" }, "/format must be one of native, image, html"],
    [[], " must be an object"],
  ])("is refused: %#", (body, expected) => {
    expect(problemsOf(body).some((problem) => problem.startsWith(expected))).toBe(true);
  });

  it("tells exchanges the size of its picture, an icon and what it does", () => {
    const facts = {
      imageWidth: 1200,
      imageHeight: 627,
      iconUrl: "https://images.example.fr/i.png",
      iconSide: 80,
      attributes: [3, 13],
    };
    expect(parseCreative(nativeBody(facts))).toMatchObject({ ok: true, value: facts });
    expect(parseCreative(nativeBody())).toMatchObject({
      ok: true,
      value: { imageWidth: null, imageHeight: null, iconUrl: null, iconSide: null, attributes: [] },
    });
    expect(parseCreative(htmlBody({ attributes: [13] }))).toMatchObject({ ok: true });
  });

  it.each<[unknown, string]>([
    [nativeBody({ imageWidth: 300 }), "/imageHeight is required with imageWidth"],
    [nativeBody({ imageHeight: 300 }), "/imageWidth is required with imageHeight"],
    [nativeBody({ iconSide: 80 }), "/iconUrl is required with iconSide"],
    [nativeBody({ iconUrl: "https://a.example.fr/i.png" }), "/iconSide is required with iconUrl"],
    [nativeBody({ iconUrl: "http://a.example.fr/i.png" }), "/iconUrl must be an https:// address"],
    [nativeBody({ imageWidth: 10_001, imageHeight: 1 }), "/imageWidth must be at most 10000"],
    [nativeBody({ imageWidth: 0, imageHeight: 1 }), "/imageWidth must be at least 1"],
    [nativeBody({ attributes: [19] }), "/attributes/0 must be at most 18"],
    [nativeBody({ attributes: [3, 3] }), "/attributes/1 must not be repeated"],
    [imageBody({ iconSide: 80 }), "/iconSide is not a known field"],
  ])("refuses what exchanges could not use: %#", (body, expected) => {
    expect(problemsOf(body)).toEqual([expected]);
  });

  it("keeps its landing address in plain ASCII", () => {
    const parsed = parseCreative(nativeBody({ landingUrl: " https://Crêpes.example.fr/été " }));
    expect(parsed).toMatchObject({
      ok: true,
      value: { landingUrl: "https://xn--crpes-isa.example.fr/%C3%A9t%C3%A9" },
    });
  });
});
