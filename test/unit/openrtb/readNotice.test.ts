import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { auctionMacro, type NoticeKind, noticeUrl } from "../../../src/openrtb/noticeMacros.ts";
import { base64Price } from "../../../src/openrtb/priceCodecs/base64Price.ts";
import { clearPrice } from "../../../src/openrtb/priceCodecs/clearPrice.ts";
import { readNotice } from "../../../src/openrtb/readNotice.ts";

const address = "https://ads.example/n/token";
const price = auctionMacro("PRICE");

/** What an exchange does with an address: each macro is replaced to the letter, the unknown removed. */
function substitute(url: string, values: Readonly<Record<string, string>>): URLSearchParams {
  const filled = url.replace(
    /\$\{AUCTION_([A-Z_]+)(:[A-Z0-9]+)?\}/g,
    (_, name) => values[name] ?? "",
  );
  return new URL(filled).searchParams;
}

const told = {
  PRICE: "1.5",
  CURRENCY: "EUR",
  LOSS: "102",
  MIN_TO_WIN: "1.61",
  MBR: "0.75",
  MULTIPLIER: "1",
  IMP_TS: "1773306000123",
  BID_ID: "r-1",
  SEAT_ID: "512",
  AD_ID: "",
  IMP_ID: "1",
  ID: "80ce30c53c16e6ede735f123ef6e32361bfc7b22",
};

describe("a notice", () => {
  test("names the macros of the specification, the price first", () => {
    expect(noticeUrl(address, "loss", price)).toMatch(
      /^https:\/\/ads\.example\/n\/token\?price=\$\{AUCTION_PRICE\}&cur=\$\{AUCTION_CURRENCY\}&loss=\$\{AUCTION_LOSS\}&mtw=\$\{AUCTION_MIN_TO_WIN\}/,
    );
  });

  test("of a loss says why, and what it would have taken", () => {
    const notice = readNotice(
      "loss",
      substitute(noticeUrl(address, "loss", price), told),
      clearPrice,
    );
    expect(notice).toMatchObject({
      kind: "loss",
      price: { kind: "told", micros: 1_500_000 },
      audit: false,
      currency: "EUR",
      lossReason: 102,
      minToWinMicros: 1_610_000,
      marketBidRatio: 0.75,
      auctionId: told.ID,
      bidId: "r-1",
      impId: "1",
      seatId: "512",
      adId: null,
    });
  });

  test("of a bill says when the ad was shown, and how many there were", () => {
    const query = substitute(noticeUrl(address, "billing", price), told);
    expect(readNotice("billing", query, clearPrice)).toMatchObject({
      multiplier: 1,
      impressionAtMs: 1_773_306_000_123,
      lossReason: null,
      minToWinMicros: null,
    });
  });

  test("of an exchange that tells nothing is all absent", () => {
    const notice = readNotice(
      "loss",
      substitute(noticeUrl(address, "loss", price), {}),
      clearPrice,
    );
    expect(notice.price).toEqual({ kind: "absent" });
    expect(Object.values(notice).filter((it) => it !== null)).toEqual([
      "loss",
      notice.price,
      false,
    ]);
  });

  test("whose macros were left as they are has no price", () => {
    const query = new URL(noticeUrl(address, "win", price)).searchParams;
    expect(readNotice("win", query, clearPrice)).toMatchObject({
      price: { kind: "absent" },
      auctionId: null,
    });
  });

  test("of an encoding is read by it, and only by it", () => {
    const url = noticeUrl(address, "billing", auctionMacro("PRICE", "B64"));
    const query = substitute(url, { ...told, PRICE: "MS41" });
    expect(readNotice("billing", query, base64Price).price).toEqual({
      kind: "told",
      micros: 1_500_000,
    });
    expect(readNotice("billing", query, clearPrice).price).toEqual({ kind: "unreadable" });
  });

  test.each(Object.keys(told))("with AUDIT for %s is an audit", (name) => {
    const kind: NoticeKind = name === "IMP_TS" ? "billing" : "loss";
    const query = substitute(noticeUrl(address, kind, price), { ...told, [name]: "AUDIT" });
    expect(readNotice(kind, query, clearPrice)).toMatchObject({
      audit: name !== "MULTIPLIER" || kind !== "loss",
    });
  });

  test("with an id that breaks the query keeps its price", () => {
    const ids = { ...told, ID: "a&price=9#b", IMP_ID: "1&cur=USD" };
    const query = substitute(noticeUrl(address, "billing", price), ids);
    expect(readNotice("billing", query, clearPrice)).toMatchObject({
      price: { kind: "told", micros: 1_500_000 },
      currency: "EUR",
    });
  });

  test("whatever its query says never throws, and has a price of whole micros or none", () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), fc.string(), (query, text) => {
        const search = new URLSearchParams(query);
        search.append("price", text);
        const { price: read } = readNotice("billing", search, clearPrice);
        expect(read.kind !== "told" || Number.isSafeInteger(read.micros)).toBe(true);
      }),
    );
  });
});
