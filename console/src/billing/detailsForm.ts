import type { BillingDetails, BillingDetailsInput } from "../../../sdk/src/generated.ts";

/** What the form of billing details holds: as people type it. */
export interface DetailsValues {
  readonly legalName: string;
  /** A line each. */
  readonly address: string;
  readonly postalCode: string;
  readonly city: string;
  readonly siren: string;
  readonly vatNumber: string;
}

/** Which field of the form each field of the API stands for. */
export const detailsPointers = {
  "/legalName": "legalName",
  "/addressLines": "address",
  "/postalCode": "postalCode",
  "/city": "city",
  "/siren": "siren",
  "/vatNumber": "vatNumber",
} as const satisfies Readonly<Record<string, keyof DetailsValues>>;

/** The form of details as they are; null = none yet. Pure. */
export function valuesOf(details: BillingDetails | null): DetailsValues {
  return {
    legalName: details?.legalName ?? "",
    address: details?.addressLines.join("\n") ?? "",
    postalCode: details?.postalCode ?? "",
    city: details?.city ?? "",
    siren: details?.siren ?? "",
    vatNumber: details?.vatNumber ?? "",
  };
}

/** The lines of an address that say something. Pure. */
export function linesOf(address: string): readonly string[] {
  return address
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The body that the API takes. Numbers may be written in groups; what is empty is none. Pure. */
export function bodyOf(values: DetailsValues): BillingDetailsInput {
  const ungrouped = (text: string): string | null => text.replace(/[\s.]/g, "") || null;
  return {
    legalName: values.legalName.trim(),
    addressLines: linesOf(values.address),
    postalCode: values.postalCode.replace(/\s/g, ""),
    city: values.city.trim(),
    siren: ungrouped(values.siren),
    vatNumber: ungrouped(values.vatNumber),
  };
}
