import { microsPerCent } from "./rounding.ts";

/** How French invoices write figures. A no-break space stands between thousands and before units. */
const space = "\u00a0";

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, space);

/** "1 234,56 €". */
export function centsToFrench(cents: number): string {
  const text = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${grouped(text.slice(0, -2))},${text.slice(-2)}${space}€`;
}

/** To the micro, without needless zeros: "0,005 €", "12,00 €". */
export function microsToFrench(micros: number): string {
  return `${microsToDecimal(micros, true)}${space}€`;
}

/** "1234,5678" for spreadsheets: a decimal comma and nothing between thousands. */
export function microsToDecimal(micros: number, withSpaces = false): string {
  const text = String(Math.abs(Math.round(micros))).padStart(7, "0");
  const whole = text.slice(0, -6);
  const decimals = text.slice(-6).replace(/0{1,4}$/, "");
  return `${micros < 0 ? "-" : ""}${withSpaces ? grouped(whole) : whole},${decimals}`;
}

/** "12,34". */
export const centsToDecimal = (cents: number): string => microsToDecimal(cents * microsPerCent);

/** "12 345". */
export const countToFrench = (count: number): string => grouped(String(count));

/** "20 %", "8,5 %". */
export function rateToFrench(basisPoints: number): string {
  return `${String(basisPoints / 100).replace(".", ",")}${space}%`;
}

/** "2026-10-03" → "03/10/2026". */
export const dayToFrench = (day: string): string => day.split("-").reverse().join("/");

const months = [
  "janvier",
  "février",
  "mars",
  "avril",
  "mai",
  "juin",
  "juillet",
  "août",
  "septembre",
  "octobre",
  "novembre",
  "décembre",
];

/** "2026-10" → "octobre 2026". */
export function monthToFrench(month: string): string {
  const [year, number] = month.split("-");
  return `${months[Number(number) - 1]} ${year}`;
}

const kinds = {
  impression: "Impressions",
  viewable: "Impressions visibles",
  click: "Clics",
  credit: "Avoir",
} as const;

export const kindToFrench = (kind: keyof typeof kinds): string => kinds[kind];
