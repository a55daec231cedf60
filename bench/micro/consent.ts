/**
 * How long a consent string takes to read. Run: node bench/micro/consent.ts
 * The strings are what a French site sends today: about 900 vendors as bit fields, the same as ranges, and a short refusal.
 */
import { createConsentReader } from "../../src/consent/consentOf.ts";
import { readTcString } from "../../src/consent/readTcString.ts";
import { truncateIp } from "../../src/consent/truncateIp.ts";
import { type VendorList, writeTcString } from "../../test/unit/consent/writeTcString.ts";

const vendorId = 612;
const nowMs = Date.UTC(2026, 5, 15);
const scattered = Array.from({ length: 1_400 }, (_, index) => index + 1).filter(
  (id) => id % 7 !== 3,
);
const asField: VendorList = { field: scattered, maxVendorId: 1_400 };
const asRanges: VendorList = {
  ranges: Array.from({ length: 30 }, (_, run) => [run * 45 + 1, run * 45 + 40] as const),
};
const common = {
  lastUpdatedMs: nowMs - 86_400_000,
  policyVersion: 5,
  specialFeatures: [1],
  purposesConsent: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  purposesLegitimateInterest: [2, 7, 8, 9, 10, 11],
  publisher: { consent: [1, 2, 3, 4, 7], legitimate: [] },
};
const strings = {
  "accepted, bit fields": writeTcString({
    ...common,
    vendorConsents: asField,
    vendorLegitimateInterests: asField,
    disclosedVendors: asField,
  }),
  "accepted, 30 ranges": writeTcString({
    ...common,
    vendorConsents: asRanges,
    vendorLegitimateInterests: asRanges,
    disclosedVendors: asRanges,
  }),
  "accepted, few vendors, three restrictions": writeTcString({
    ...common,
    vendorConsents: { field: [612], maxVendorId: 700 },
    disclosedVendors: { ranges: [[600, 620]] },
    restrictions: [1, 3, 7].map((purpose) => ({ purpose, type: 1, ranges: [[1, 900]] })),
  }),
  refused: writeTcString({
    ...common,
    purposesConsent: [],
    purposesLegitimateInterest: [],
    publisher: null,
  }),
};

/** Nanoseconds a call takes: the best of five rounds of 200,000. */
function measureNs(work: () => unknown): number {
  const rounds = 200_000;
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const startedNs = process.hrtime.bigint();
    for (let round = 0; round < rounds; round++)
      if (work() === undefined) throw new Error("no answer");
    best = Math.min(best, Number(process.hrtime.bigint() - startedNs) / rounds);
  }
  return best;
}

const readConsent = createConsentReader({ vendorId, role: "vendor" });
for (const [name, tcString] of Object.entries(strings)) {
  const readNs = measureNs(() => readTcString(tcString, vendorId));
  const consentNs = measureNs(() => readConsent({ tcString }, nowMs));
  console.log(
    `${name} (${tcString.length} characters): read ${readNs.toFixed(0)} ns, consent ${consentNs.toFixed(0)} ns`,
  );
}
console.log(`truncateIp, IPv4: ${measureNs(() => truncateIp("203.0.113.77")).toFixed(0)} ns`);
console.log(
  `truncateIp, IPv6: ${measureNs(() => truncateIp("2001:db8:12:3456::1")).toFixed(0)} ns`,
);
