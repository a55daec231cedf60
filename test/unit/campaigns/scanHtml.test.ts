import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanHtml } from "../../../src/campaigns/scanHtml.ts";

const rules = (html: string, scriptHosts: readonly string[] = []) =>
  scanHtml(html, { scriptHosts }).map(({ rule }) => rule);

describe("a shop's HTML", () => {
  it.each([
    [`<!doctype html><p style='color:red'>Devis <a href='$\{CLICK_URL}'>ici</a></p>`],
    ["<script>let x = 1</script><img src='https://i.example/x.png' onload='x++'>"],
    ["<svg><use href='#a'/></svg><img src='data:image/png;base64,AA=='>"],
    ["<style>p{background:url(data:image/gif;base64,AA)}</style><button>Voir</button>"],
  ])("%s may stand as it is", (html) => {
    expect(rules(html)).toEqual([]);
  });

  it.each([
    ["<script src='//evil.example/x.js'></script>", /must not load a script/],
    ["<svg><script href='https://evil.example/x.js'/></svg>", /must not load a script/],
    ["<svg><script xlink:href='https://evil.example/x.js'/></svg>", /must not load a script/],
    ["<form><input></form>", /must not contain <form>/],
    ["<object data='x.swf'></object>", /<object>/],
    ["<embed src=x>", /<embed>/],
    ["<iframe src='https://a.example'></iframe>", /<iframe>/],
    ["<base href='https://evil.example/'>", /<base>/],
    ["<meta http-equiv=refresh content='0;url=https://evil.example'>", /http-equiv/],
    ["<link rel=stylesheet href='https://evil.example/x.css'>", /<link>/],
    ["<a href='javascript:alert(1)'>x</a>", /javascript: addresses/],
    ["<a href=' jAvA\tScr\nipt:alert(1)'>x</a>", /javascript: addresses/],
    ["<a href='&#106;avascript:alert(1)'>x</a>", /javascript: addresses/],
    ["<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>", /javascript: addresses/],
    ["<a href='data:text/html,<script>1</script>'>x</a>", /data: addresses/],
    ["<div srcdoc='<script>1</script>'></div>", /srcdoc/],
    ["<template><form></form></template>", /<form>/],
    ["<noscript><form></form></noscript>", /<form>/],
    ["<noscript><p title='</noscript><base href=/>'></noscript>", /<base>/],
    ["<svg><style><form></style></svg>", /<form>/],
  ])("%s is refused", (html, rule) => {
    expect(rules(html).join("\n")).toMatch(rule);
  });

  it("may load scripts of the hosts that are allowed, by https", () => {
    const html = (src: string) => `<script src="${src}"></script>`;
    const hosts = ["cdn.example"];
    expect(rules(html("https://cdn.example/x.js"), hosts)).toEqual([]);
    expect(rules(html("http://cdn.example/x.js"), hosts)).toHaveLength(1);
    expect(rules(html("https://cdn.example.evil.example/x.js"), hosts)).toHaveLength(1);
    expect(rules(html("https://cdn.example@evil.example/x.js"), hosts)).toHaveLength(1);
  });

  it("names each problem once, at most ten of them", () => {
    expect(rules("<form></form><form></form>")).toHaveLength(1);
    const many = Array.from(
      { length: 30 },
      (_, at) => `<script src="https://e${at}.example"></script>`,
    );
    expect(rules(many.join(""))).toHaveLength(10);
  });

  it("that a parser would blow up to millions of elements is refused in no time", () => {
    const formats = Array.from({ length: 100 }, (_, at) => `<b id=${at}>`).join("");
    const blown = `${formats}${"<p>a".repeat(9_000)}`;
    expect(Buffer.byteLength(blown)).toBeLessThan(51_200);
    const startedAt = performance.now();
    expect(rules(blown)).toEqual(["must have at most 5000 elements as a browser reads it"]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(rules("<br>".repeat(4_900))).toEqual([]);
  });

  it("that nests deeper than any ad is refused, for a parser looks through all open elements at each end tag", () => {
    expect(rules(`${"<div>".repeat(250)}${"</x>".repeat(6_000)}`)).toEqual([]);
    expect(rules("<div><p>a</p></div>".repeat(1_000))).toEqual([]);
    expect(rules(`<svg>${"<g>".repeat(300)}</svg>`)).toEqual([
      "must not nest elements deeper than 256",
    ]);
  });

  it("of any kind is judged, never a fault", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "</",
      "script",
      " src=",
      "svg",
      "'",
      '"',
      "template",
      "a",
      "&#",
      "table",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expect(scanHtml(pieces.join("")).length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 200 },
    );
  });
});
