import { NumberInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useEuroMarks } from "../ui/numberMarks.ts";
import { numberOf } from "../ui/numberOf.ts";

interface EuroInputProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  /** Euros; "" = empty. */
  readonly value?: number | "";
  readonly onChange: (euros: number | "") => void;
  readonly isFirst?: boolean;
}

/** An amount in euros and cents. */
export function EuroInput({ value = "", onChange, isFirst = false, ...rest }: EuroInputProps) {
  return (
    <NumberInput
      {...rest}
      {...useEuroMarks()}
      value={value}
      onChange={(typed) => onChange(numberOf(typed))}
      hideControls
      allowNegative={false}
      decimalScale={2}
      maxLength={14}
      {...(isFirst ? { "data-autofocus": true } : {})}
    />
  );
}

/** Euros of a field as micros, to the cent; null = nothing was written. Pure. */
export function microsOfEuros(euros: number | ""): number | null {
  return euros === "" ? null : Math.round(euros * 100) * 10_000;
}
