import { createHmac } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import {
  isConsolePath,
  setSignInCookie,
  signInUnderWay,
} from "../../../src/accounts/signInCookie.ts";

const sign = (text: string) => createHmac("sha256", "clef").update(text).digest("base64url");
const nowMs = Date.UTC(2026, 10, 23, 12);
const underWay = { state: "s".repeat(43), beganAtMs: nowMs, returnTo: "/console/campagnes?page=2" };
const cookieOf = (secure: boolean) => setSignInCookie(underWay, secure, sign).split(";")[0] ?? "";

describe("the cookie of a sign-in under way", () => {
  it("says what was put into it, for ten minutes, to the host that made it", () => {
    const read = (header: string, secure: boolean, ageMs: number) =>
      signInUnderWay(header, secure, sign, nowMs + ageMs);
    for (const secure of [true, false]) {
      const cookie = cookieOf(secure);
      expect(read(`a=b; ${cookie}; c=d`, secure, 600_000)).toEqual(underWay);
      expect(read(cookie, secure, 600_001)).toBeNull();
      expect(read(cookie, secure, -60_001)).toBeNull();
      expect(read(cookie, !secure, 0)).toBeNull();
    }
    const other = (text: string) => sign(`${text} `);
    expect(signInUnderWay(cookieOf(true), true, other, nowMs)).toBeNull();
    expect(signInUnderWay(undefined, true, sign, nowMs)).toBeNull();
    expect(setSignInCookie(null, true, sign)).toContain("__Host-atelier-oidc=; ");
  });

  it("counts no more when a single character of it is another", () => {
    const cookie = cookieOf(true);
    const from = cookie.indexOf("=") + 1;
    // The last character of a signature has two bits that say nothing; as text they count all the same.
    for (let index = from; index < cookie.length; index++) {
      const other = cookie[index] === "A" ? "B" : "A";
      const changed = cookie.slice(0, index) + other + cookie.slice(index + 1);
      expect(signInUnderWay(changed, true, sign, nowMs)).toBeNull();
    }
  });
});

describe("the way back leads to the console alone", () => {
  test.each([
    ["/console", true],
    ["/console/", true],
    ["/console/campagnes/12", true],
    ["/console/campagnes?page=2&tri=nom", true],
    ["/console?a=%0d%0a", true],
    ["", false],
    ["/", false],
    ["console", false],
    ["/consoles", false],
    ["//evil.example/console", false],
    ["/console//evil.example", false],
    ["/console/../v1/me", false],
    ["/console/..", false],
    ["/console\\evil", false],
    ["/console@evil.example", false],
    ["/console:80", false],
    ["/console/\n", false],
    ["/console\n", false],
    ["/console#a", false],
    ["https://ads.example/console", false],
    [`/console/${"a".repeat(192)}`, false],
  ])("%j: %s", (path, expected) => {
    expect(isConsolePath(path)).toBe(expected);
  });
});
