/**
 * Typed arrays that grow while something is built. Their memory is handed on when they grow (`transfer`) and not left to
 * the garbage collector, which would go through all campaigns in memory each time 64 MB of it had piled up.
 */
export interface GrowingUint32 {
  push(value: number): void;
  at(index: number): number;
  length(): number;
  /** A block of its own, without slack: it outlives the building, and may be handed over to another thread. */
  finish(): Uint32Array;
}

const firstLength = 256;

export function createGrowingUint32(): GrowingUint32 {
  let values = new Uint32Array(firstLength);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) values = new Uint32Array(resized(values, 2 * length));
      values[length++] = value;
    },
    at: (index) => values[index]!,
    length: () => length,
    finish: () => new Uint32Array(resized(values, length)),
  };
}

export interface GrowingFloat64 {
  push(value: number): void;
  finish(): Float64Array;
}

export function createGrowingFloat64(): GrowingFloat64 {
  let values = new Float64Array(firstLength);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) values = new Float64Array(resized(values, 2 * length));
      values[length++] = value;
    },
    finish: () => new Float64Array(resized(values, length)),
  };
}

/** The memory of a typed array, made to hold `length` elements; the array itself is empty afterwards. */
export function resized(
  { buffer, BYTES_PER_ELEMENT }: Uint8Array | Uint32Array | Float64Array,
  length: number,
): ArrayBuffer {
  return (buffer as ArrayBuffer).transfer(BYTES_PER_ELEMENT * length);
}
