/** Typed arrays that grow while something is built. */
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
      if (length === values.length) {
        const larger = new Uint32Array(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    at: (index) => values[index]!,
    length: () => length,
    finish: () => values.slice(0, length),
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
      if (length === values.length) {
        const larger = new Float64Array(length * 2);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    finish: () => values.slice(0, length),
  };
}
