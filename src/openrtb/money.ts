import { addFault, type Faults } from "./faults.ts";
import { limits } from "./limits.ts";
import { numberOf } from "./read.ts";

/** ISO 4217's code for "no currency": what stands for a code that is none, and that no exchange-rate table knows. */
export const noCurrency = "XXX";

/** Upper-case ISO 4217; USD where nothing is said, as the specification has it; "XXX" for what is no code. */
export function currencyOf(value: unknown): string {
  if (value === undefined || value === null || value === "") return "USD";
  const code = typeof value === "string" ? value.trim().toUpperCase() : "";
  return /^[A-Z]{3}$/.test(code) ? code : noCurrency;
}

/** A floor in micros of its currency per thousand; 0 where nothing is said. A negative one, or none at all, is a breach. */
export function readFloor(value: unknown, path: string, faults: Faults): number {
  if (value === undefined || value === null || value === "") return 0;
  const floor = numberOf(value);
  if (floor === null) addFault(faults, path, "is not a number");
  else if (floor < 0) addFault(faults, path, "is negative");
  else return Math.min(limits.maxFloorMicros, Math.round(floor * 1_000_000));
  return 0;
}
