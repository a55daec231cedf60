import { expect, test } from "vitest";
import { isWithdrawal } from "../../../src/consent/consentBits.ts";
import { createConsentReader } from "../../../src/consent/consentOf.ts";
import type { Consent } from "../../../src/consent/types.ts";
import { parseActivityBody } from "../../../src/serving/activityBody.ts";
import { adsBodySchema } from "../../../src/serving/adsBody.ts";
import { createCollectActivity } from "../../../src/serving/collectActivity.ts";
import { createRecentIds } from "../../../src/serving/recentIds.ts";
import { toAdRequest } from "../../../src/serving/toAdRequest.ts";
import { frenchLocator } from "../../support/geography.ts";
import { granted, nowMs, ourVendorId } from "../consent/grantedConsent.ts";
import { writeTcString } from "../consent/writeTcString.ts";

const readConsent = createConsentReader({ vendorId: ourVendorId, role: "vendor" });
const locating = { readConsent, locator: frenchLocator, locateAddress: null };
const visitor = { consent: writeTcString(granted) };

function consentOfAsk(minor: boolean | undefined): Consent {
  const body = adsBodySchema.parse({ visitor: { ...visitor, minor }, placements: [{ id: "top" }] });
  const facts = { decisionId: "d", nowMs, siteKey: null, hasVisitorId: true, address: null };
  const { request } = toAdRequest(body, facts, { ...locating, findPlacement: () => null });
  expect(request.hasStableVisitor).toBe(minor !== true);
  return request.consent;
}

test("an ad for a minor is chosen by the page alone, whatever the choice allows, and what was kept is withdrawn", () => {
  for (const minor of [undefined, false])
    expect(consentOfAsk(minor)).toMatchObject({ mayStore: true, mayPersonalise: true });
  const consent = consentOfAsk(true);
  expect(consent).toMatchObject({
    mayStore: false,
    mayPersonalise: false,
    mayUsePrecisePlace: false,
    mayMeasure: false,
  });
  expect(isWithdrawal(consent)).toBe(true);
});

test("activity of a minor withdraws what was kept before the site knew", () => {
  const heard: Consent[] = [];
  const collect = createCollectActivity({
    ...locating,
    visitorKeyOf: (id) => id,
    accountKeyOf: (id) => id,
    recentIds: createRecentIds(),
    emit: () => undefined,
    hearActivity: [],
    hearConsent: (_, consent) => heard.push(consent),
    count: () => undefined,
  });
  for (const minor of [false, true]) {
    const eventId = `6f0e6cf6-6f5e-4d0a-9d43-00000000000${minor ? 1 : 0}`;
    const event = { eventId, kind: "search" };
    const body = parseActivityBody({ visitor: { ...visitor, minor }, event }, nowMs);
    if (!body.ok) throw new Error(JSON.stringify(body.problems));
    collect(body.value, { siteKey: "s", visitorId: "v", accountId: null, address: null, nowMs });
  }
  expect(heard.map(isWithdrawal)).toEqual([false, true]);
});
