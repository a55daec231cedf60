import { GVL, PurposeRestriction, TCModel, TCString, type VendorList } from "@iabtechlabtcf/core";
import fc from "fast-check";

const highestVendorId = 400;
export const purposeIds = Array.from({ length: 11 }, (_, index) => index + 1);

/** A vendor list where every vendor declares every purpose both ways, so that the library drops no bit as undeclared. */
function permissiveVendorList(): VendorList {
  const declared = Object.fromEntries(
    purposeIds.map((id) => [id, { id, name: `p${id}`, description: "", illustrations: [] }]),
  );
  const vendor = (id: number) => ({
    id,
    name: `v${id}`,
    purposes: purposeIds,
    legIntPurposes: purposeIds,
    flexiblePurposes: purposeIds,
    specialPurposes: [1],
    features: [],
    specialFeatures: [1, 2],
  });
  const list = {
    gvlSpecificationVersion: 3,
    vendorListVersion: 120,
    tcfPolicyVersion: 5,
    lastUpdated: "2026-01-01T00:00:00Z",
    purposes: declared,
    specialPurposes: declared,
    features: {},
    specialFeatures: declared,
    stacks: {},
    vendors: Object.fromEntries(
      Array.from({ length: highestVendorId }, (_, index) => [index + 1, vendor(index + 1)]),
    ),
  };
  return list as unknown as VendorList;
}

const vendorList = new GVL(permissiveVendorList());

/** Vendor sets both scattered (bit field) and in runs (ranges). */
const vendorIds = fc.oneof(
  fc.uniqueArray(fc.integer({ min: 1, max: highestVendorId }), { maxLength: 60 }),
  fc
    .array(
      fc.tuple(fc.integer({ min: 1, max: highestVendorId }), fc.integer({ min: 0, max: 300 })),
      { maxLength: 3 },
    )
    .map((runs) =>
      [
        ...new Set(
          runs.flatMap(([first, length]) => Array.from({ length }, (_, index) => first + index)),
        ),
      ].filter((id) => id <= highestVendorId),
    ),
);
const purposes = fc.subarray(purposeIds);

/** What a visitor and a site may choose, and the vendor to ask about. */
export const models = fc.record({
  vendorId: fc.integer({ min: 1, max: highestVendorId + 20 }),
  createdDay: fc.integer({ min: 18_000, max: 25_000 }),
  consents: vendorIds,
  interests: vendorIds,
  disclosed: vendorIds,
  purposes,
  interestPurposes: purposes,
  publisherPurposes: purposes,
  publisherInterestPurposes: purposes,
  specialFeatures: fc.subarray([1, 2]),
  restrictions: fc.array(
    fc.record({
      purpose: fc.integer({ min: 1, max: 11 }),
      type: fc.integer({ min: 0, max: 2 }),
      vendors: vendorIds,
    }),
    { maxLength: 4 },
  ),
});
export type Model = typeof models extends fc.Arbitrary<infer Value> ? Value : never;

/** The string that the IAB's library writes for a choice. */
export function encode(model: Model): string {
  const tcModel = new TCModel(vendorList);
  const createdAt = new Date(model.createdDay * 86_400_000);
  tcModel.isServiceSpecific = true;
  tcModel.cmpId = 7;
  tcModel.cmpVersion = 2;
  tcModel.created = createdAt;
  tcModel.lastUpdated = createdAt;
  tcModel.vendorConsents.set(model.consents);
  tcModel.vendorLegitimateInterests.set(model.interests);
  tcModel.vendorsDisclosed.set(model.disclosed);
  tcModel.purposeConsents.set(model.purposes);
  tcModel.purposeLegitimateInterests.set(model.interestPurposes);
  tcModel.publisherConsents.set(model.publisherPurposes);
  tcModel.publisherLegitimateInterests.set(model.publisherInterestPurposes);
  tcModel.specialFeatureOptins.set(model.specialFeatures);
  for (const { purpose, type, vendors } of model.restrictions)
    for (const id of vendors)
      tcModel.publisherRestrictions.add(id, new PurposeRestriction(purpose, type));
  return TCString.encode(tcModel);
}
