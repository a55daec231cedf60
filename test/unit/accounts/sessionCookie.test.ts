import { describe, expect, it, test } from "vitest";
import {
  crossSiteProblem,
  sessionCookieOf,
  sessionTokenOf,
  setCookie,
} from "../../../src/accounts/sessionCookie.ts";

const token = "a".repeat(43);
const secure = sessionCookieOf("https://ads.example");
const local = sessionCookieOf("http://localhost:8080");

describe("the cookie of a session", () => {
  it("is tied to the host over TLS, and has another name on a machine of one's own", () => {
    expect(setCookie(secure, token)).toBe(
      `__Host-atelier=${token}; Path=/; HttpOnly; SameSite=Strict; Secure`,
    );
    expect(setCookie(local, token)).toBe(
      `atelier-local=${token}; Path=/; HttpOnly; SameSite=Strict`,
    );
    expect(setCookie(secure, "")).toContain("__Host-atelier=; ");
    expect(setCookie(secure, "")).toContain("Max-Age=0");
  });

  test.each([
    [`__Host-atelier=${token}`, token],
    [`a=b; __Host-atelier=${token}; c=d`, token],
    [`atelier-local=${token}`, null],
    [`x__Host-atelier=${token}`, null],
    ["__Host-atelier=short", null],
    [`${"a=b; ".repeat(200)}__Host-atelier=${token}`, null],
    [undefined, null],
  ])("%s", (header, expected) => {
    expect(sessionTokenOf(header, secure)).toBe(expected);
  });
});

const own = "https://ads.example";
const header = { "x-atelier-console": "1" };

describe("another site", () => {
  test.each([
    ["GET", {}, null],
    ["GET", { "sec-fetch-site": "none" }, null],
    ["GET", { "sec-fetch-site": "same-origin" }, null],
    ["GET", { "sec-fetch-site": "cross-site" }, "sec-fetch-site"],
    ["HEAD", { "sec-fetch-site": "same-site" }, "sec-fetch-site"],
    ["POST", { origin: own, ...header }, null],
    ["POST", { "sec-fetch-site": "same-origin", ...header }, null],
    ["POST", { origin: own }, "x-atelier-console"],
    ["POST", header, "origin"],
    ["POST", { origin: "null", ...header }, "origin"],
    ["DELETE", { origin: "https://ads.example.evil.fr", ...header }, "origin"],
    ["PATCH", { origin: "http://ads.example", ...header }, "origin"],
    ["POST", { origin: own, "sec-fetch-site": "none", ...header }, "sec-fetch-site"],
  ])("%s %j is refused for %s", (method, headers, pointer) => {
    expect(crossSiteProblem(method, headers, secure)?.pointer ?? null).toBe(pointer);
  });
});
