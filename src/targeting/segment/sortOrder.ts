const digitBits = 11;
const digitCount = 1 << digitBits;

/**
 * The items of `order` in ascending order of their keys (`keys[item]`), equals in the order they had: a radix sort, which
 * calls nothing per item and takes some milliseconds for 100,000.
 */
export function sortOrder(order: Uint32Array, keys: Uint32Array): Uint32Array {
  let from = order.slice();
  let to = new Uint32Array(order.length);
  let highest = 0;
  for (const item of order) highest = Math.max(highest, keys[item]!);
  for (let shift = 0; shift < 32 && highest >>> shift > 0; shift += digitBits) {
    scatter(from, to, keys, shift);
    [from, to] = [to, from];
  }
  return from;
}

function scatter(from: Uint32Array, to: Uint32Array, keys: Uint32Array, shift: number): void {
  const nextAt = new Uint32Array(digitCount + 1);
  const digitOf = (item: number) => (keys[item]! >>> shift) & (digitCount - 1);
  for (let at = 0; at < from.length; at++) nextAt[digitOf(from[at]!) + 1]!++;
  for (let digit = 0; digit < digitCount; digit++) nextAt[digit + 1]! += nextAt[digit]!;
  for (let at = 0; at < from.length; at++) to[nextAt[digitOf(from[at]!)]!++] = from[at]!;
}

/** 0, 1, 2 … `count` − 1. */
export function naturalOrder(count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let item = 0; item < count; item++) order[item] = item;
  return order;
}
