/**
 * How an SSP writes prices into notices. Reading is what we need; writing is for the SSP's side of tests and of the
 * certification. A new encoding is a new file beside this one.
 */
export interface PriceCodec {
  /** Micros per thousand of a price as it stands in a notice; null = no price in this encoding. Never throws. */
  readonly decode: (text: string) => number | null;
  /** The text for micros per thousand. */
  readonly encode: (micros: number) => string;
}

/** No price is above a million of its currency. */
export const maxPriceMicros = 1e12;
