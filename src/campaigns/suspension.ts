import { z } from "zod";
import { lineOfText } from "./fieldTypes.ts";

/** What a kill switch can stop. */
export const suspendable = ["creative", "campaign", "advertiser"] as const;
export type Suspendable = (typeof suspendable)[number];

/** The body of `PUT …/suspension`. */
export const suspensionInputSchema = z.strictObject({
  /** Told to the owner. */
  reason: lineOfText(200),
});

/** A kill switch that was pulled. */
export const suspensionSchema = z
  .object({ reason: z.string(), since: z.iso.datetime() })
  .meta({ title: "Suspension" });

export type Suspension = Readonly<z.output<typeof suspensionSchema>>;
