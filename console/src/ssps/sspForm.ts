import type { Ssp, SspChange } from "../../../sdk/src/generated.ts";

/** The settings of an SSP as a form has them: margins in percent, what is left empty as "". */
export interface SspValues {
  readonly name: string;
  readonly seat: string;
  readonly qpsLimit: number | string;
  readonly marginPercent: number | string;
  readonly deadlineMs: number | string;
  readonly networkMs: number | string;
  readonly holdSeconds: number | string;
  readonly currencies: string[];
  readonly addresses: string[];
  readonly keyed: boolean;
  readonly openToBrowsers: boolean;
  readonly wantsNoBidReasons: boolean;
  readonly isShaded: boolean;
  readonly billedBy: string;
  readonly syncUrl: string;
}

/** Which field of the form stands for which of the API's. */
export const sspPointers: Readonly<Record<string, keyof SspValues>> = {
  "/name": "name",
  "/seat": "seat",
  "/qpsLimit": "qpsLimit",
  "/marginPermille": "marginPercent",
  "/deadlineMs": "deadlineMs",
  "/networkMs": "networkMs",
  "/holdSeconds": "holdSeconds",
  "/currencies": "currencies",
  "/addresses": "addresses",
  "/keyed": "keyed",
  "/openToBrowsers": "openToBrowsers",
  "/shading": "isShaded",
  "/billedBy": "billedBy",
  "/syncUrl": "syncUrl",
};

/** The form of an SSP; null = of a new one, with the API's own defaults. Pure. */
export function valuesOf(ssp: Ssp | null): SspValues {
  return {
    name: ssp?.name ?? "",
    seat: ssp?.seat ?? "",
    qpsLimit: ssp?.qpsLimit ?? 200,
    marginPercent: (ssp?.marginPermille ?? 0) / 10,
    deadlineMs: ssp?.deadlineMs ?? 150,
    networkMs: ssp?.networkMs ?? 10,
    holdSeconds: ssp?.holdSeconds ?? 300,
    currencies: [...(ssp?.currencies ?? ["EUR"])],
    addresses: [...(ssp?.addresses ?? [])],
    keyed: ssp?.keyed ?? true,
    openToBrowsers: ssp?.openToBrowsers ?? false,
    wantsNoBidReasons: ssp?.wantsNoBidReasons ?? false,
    isShaded: (ssp?.shading.kind ?? "learnt") === "learnt",
    billedBy: ssp?.billedBy ?? "burl",
    syncUrl: ssp?.syncUrl ?? "",
  };
}

/** What the API takes of it, without the name. An emptied number is sent as it is, so that the API says what it must be. Pure. */
export function bodyOf(values: SspValues, ssp: Ssp | null): SspChange {
  const { name: _name, seat, marginPercent, isShaded, syncUrl, billedBy, ...rest } = values;
  const kept = ssp?.shading.kind === "learnt" ? ssp.shading : { kind: "learnt" as const };
  const body = {
    ...rest,
    seat: seat.trim() === "" ? null : seat,
    marginPermille: marginPercent === "" ? "" : Math.round(Number(marginPercent) * 10),
    shading: isShaded ? kept : { kind: "off" as const },
    syncUrl: syncUrl.trim() === "" ? null : syncUrl.trim(),
    billedBy,
  };
  // What a form can hold and the API cannot is the API's to refuse, with the field's name.
  return body as SspChange;
}
