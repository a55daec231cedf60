/** Micros of a euro in a cent. */
export const microsPerCent = 10_000;

export interface Rounded {
  readonly cents: number;
  /** What is not in them and goes to the next document: −5,000 to 4,999 micros. */
  readonly carriedOutMicros: number;
}

/**
 * Rounds an exact amount to cents, with what the document before it has left: the nearest cent, half a cent up. The cents of
 * all documents and the last remainder are the exact amounts to the micro. Throws a RangeError beyond safe integers.
 */
export function roundToCents(exactMicros: number, carriedInMicros: number): Rounded {
  const micros = exactMicros + carriedInMicros;
  if (!Number.isSafeInteger(micros))
    throw new RangeError(`${exactMicros} micros cannot be rounded`);
  const cents = Math.floor((micros + microsPerCent / 2) / microsPerCent) + 0;
  return { cents, carriedOutMicros: micros - cents * microsPerCent };
}
