import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PublicError } from "../../../src/errors.ts";
import {
  acceptedVisitorId,
  checkSite,
  isAllowedOrigin,
  type ServingSite,
  signVisitorId,
} from "../../../src/serving/siteAccess.ts";

const site: ServingSite = {
  siteId: 7,
  key: "lbc",
  allowedOrigins: ["https://www.leboncoin.fr", "https://*.partenaire.fr"],
  visitorSecret: "s3cret",
};
const findSite = (key: string) => (key === site.key ? site : null);
const strict = { requireSiteKey: true, requireSignedVisitors: true };
const lenient = { requireSiteKey: false, requireSignedVisitors: false };

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as PublicError).code;
  }
  return "passed";
}

describe("a site that asks for ads", () => {
  it("is found by its key, for its own origins and for servers that send none", () => {
    expect(checkSite("lbc", "https://www.leboncoin.fr", findSite, strict)).toBe(site);
    expect(checkSite("lbc", null, findSite, strict)).toBe(site);
  });

  it("is refused under another's origin, with an unknown key, or without one where one is required", () => {
    const asked = (key: string | null, origin: string | null) =>
      codeOf(() => checkSite(key, origin, findSite, strict));
    expect(asked("lbc", "https://leboncoin.fr.evil.example")).toBe("origin_not_allowed");
    expect(asked("lbc", "null")).toBe("origin_not_allowed");
    expect(asked("nobody", null)).toBe("invalid_site");
    expect(asked(null, null)).toBe("invalid_site");
    expect(codeOf(() => checkSite("nobody", null, findSite, lenient))).toBe("invalid_site");
    expect(checkSite(null, "https://anywhere.example", findSite, lenient)).toBeNull();
  });

  it.each([
    ["https://www.leboncoin.fr", true],
    ["HTTPS://WWW.LEBONCOIN.FR", true],
    ["http://www.leboncoin.fr", false],
    ["https://www.leboncoin.fr:8443", false],
    ["https://a.partenaire.fr", true],
    ["https://partenaire.fr", false],
    ["https://a.b.partenaire.fr", false],
    ["https://evil.example/.partenaire.fr", false],
    ["https://.partenaire.fr", false],
    ["https://*.partenaire.fr", false],
    ["", false],
  ])("may call from %s: %s", (origin, expected) => {
    expect(isAllowedOrigin(site.allowedOrigins, origin)).toBe(expected);
  });
});

describe("a visitor id", () => {
  it("counts in production only with the site's own signature, in hexadecimal or base64url", () => {
    const hex = createHmac("sha256", "s3cret").update("v-1").digest("hex");
    const signature = signVisitorId("s3cret", "v-1");
    expect(acceptedVisitorId({ id: "v-1", signature }, site, strict)).toBe("v-1");
    expect(acceptedVisitorId({ id: "v-1", signature: hex }, site, strict)).toBe("v-1");
    expect(acceptedVisitorId({ id: "v-1", signature: hex.toUpperCase() }, site, strict)).toBe(
      "v-1",
    );
    expect(acceptedVisitorId({ id: "v-2", signature }, site, strict)).toBeNull();
    expect(acceptedVisitorId({ id: "v-1" }, site, strict)).toBeNull();
    expect(acceptedVisitorId({ id: "v-1", signature }, null, strict)).toBeNull();
    const unsigning = { ...site, visitorSecret: null };
    expect(acceptedVisitorId({ id: "v-1", signature }, unsigning, strict)).toBeNull();
  });

  it("counts as it is where signatures are not required", () => {
    expect(acceptedVisitorId({ id: "v-1" }, null, lenient)).toBe("v-1");
    expect(acceptedVisitorId({ id: "v-1" }, site, lenient)).toBe("v-1");
    expect(acceptedVisitorId(undefined, site, lenient)).toBeNull();
  });

  it("is never accepted under a signature made with another secret", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (id, secret, junk) => {
        fc.pre(secret !== site.visitorSecret);
        const forged = signVisitorId(secret, id);
        expect(acceptedVisitorId({ id, signature: forged }, site, strict)).toBeNull();
        expect(acceptedVisitorId({ id, signature: junk }, site, strict)).toBeNull();
      }),
    );
  });
});
