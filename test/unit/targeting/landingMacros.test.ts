import { describe, expect, it } from "vitest";
import {
  fillMacros,
  hasMacro,
  macroProblem,
  withUtm,
} from "../../../src/targeting/landingMacros.ts";

describe("macros of a landing address", () => {
  it("are known by name, wherever they stand behind the host", () => {
    expect(macroProblem("https://a.example.fr/%7Bcommune%7D?c={campaign_id}#{click_id}")).toBe(
      null,
    );
    expect(macroProblem("https://a.example.fr/?c={visitor_id}")).toContain("{visitor_id} must be");
    expect(macroProblem("https://a.example.fr/?c={}")).toContain("must be one of");
    expect(macroProblem("https://a.example.fr/?c=%7Bx%7D")).toContain("{x}");
    expect(macroProblem("https://{site}.example.fr/")).toBe("must not have a macro in its host");
    expect(macroProblem("https://a.example.fr")).toBe(null);
  });

  it("become one encoded piece each, which leads to no other host, path or parameter", () => {
    const evil = "//evil.example/?x=1&y=2#é\ud800";
    const filled = fillMacros("https://a.example.fr/{site}/p?s={site}&k=1", { site: evil });
    const url = new URL(filled);
    expect(url.host).toBe("a.example.fr");
    expect([...url.searchParams.keys()]).toEqual(["s", "k"]);
    expect(url.searchParams.get("s")).toBe("//evil.example/?x=1&y=2#é\ufffd");
    expect(url.pathname.split("/")).toHaveLength(3);
    const up = new URL(fillMacros("https://a.example.fr/shop/%7Bsite%7D/p", { site: ".." }));
    expect(up.host).toBe("a.example.fr");
  });

  it("are empty where nothing is known, and other braces stay", () => {
    expect(fillMacros("https://a.example.fr/?c={commune}&d=1", {})).toBe(
      "https://a.example.fr/?c=&d=1",
    );
    expect(hasMacro("https://a.example.fr/?c={click_id}", "click_id")).toBe(true);
    expect(hasMacro("https://a.example.fr/?c={click_id}", "site")).toBe(false);
    expect(hasMacro("https://a.example.fr/?c=1")).toBe(false);
  });
});

describe("utm parameters", () => {
  it("are added behind what is there, before the fragment, and never twice", () => {
    expect(withUtm("https://a.example.fr/p?x=1#top", "Toitures d'été")).toBe(
      "https://a.example.fr/p?x=1&utm_source=leboncoin&utm_medium=display&utm_campaign=toitures-d-ete#top",
    );
    expect(withUtm("https://a.example.fr/?utm_source=moi&utm_medium=x&utm_campaign=y", "Z")).toBe(
      "https://a.example.fr/?utm_source=moi&utm_medium=x&utm_campaign=y",
    );
    expect(withUtm("https://a.example.fr/", "日本")).toBe(
      "https://a.example.fr/?utm_source=leboncoin&utm_medium=display",
    );
  });
});
