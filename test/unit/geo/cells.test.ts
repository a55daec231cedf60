import fc from "fast-check";
import { cellToParent, latLngToCell } from "h3-js";
import { expect, test } from "vitest";
import {
  bucketKey,
  bucketKeyOfParts,
  bucketKeyToCell,
  bucketLevels,
  cellHigh,
  cellLow,
  cellToParts,
  resolutionOfHigh,
} from "../../../src/geo/cells.ts";

const anyCell = fc
  .tuple(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.integer({ min: 5, max: 15 }),
  )
  .map(([lat, lon, resolution]) => ({ cell: latLngToCell(lat, lon, resolution), resolution }));

test("a bucket key names the same cell as h3's cellToParent, anywhere and from any finer cell", () => {
  fc.assert(
    fc.property(anyCell, ({ cell }) => {
      for (const level of bucketLevels)
        expect(bucketKeyToCell(bucketKey(cell, level))).toBe(cellToParent(cell, level));
    }),
    { numRuns: 3000 },
  );
});

test("two cells share a bucket key exactly when they share a parent", () => {
  fc.assert(
    fc.property(anyCell, anyCell, (a, b) => {
      for (const level of bucketLevels)
        expect(bucketKey(a.cell, level) === bucketKey(b.cell, level)).toBe(
          cellToParent(a.cell, level) === cellToParent(b.cell, level),
        );
    }),
  );
});

test("keys of different levels never meet and stay below 2^24", () => {
  fc.assert(
    fc.property(anyCell, ({ cell }) => {
      const keys = bucketLevels.map((level) => bucketKey(cell, level));
      expect(new Set(keys).size).toBe(3);
      for (const key of keys) expect(key >= 0 && key < 2 ** 24 && Number.isInteger(key)).toBe(true);
    }),
  );
});

test("the halves of an index are its 64 bits, and hold its resolution", () => {
  fc.assert(
    fc.property(anyCell, ({ cell, resolution }) => {
      const { high, low } = cellToParts(cell);
      expect((BigInt(high) << 32n) | BigInt(low)).toBe(BigInt(`0x${cell}`));
      expect(resolutionOfHigh(high)).toBe(resolution);
      expect(bucketKeyOfParts(cellHigh(cell), cellLow(cell), 3)).toBe(bucketKey(cell, 3));
    }),
  );
});

test("a cell that is coarser than the level has no bucket there", () => {
  const cell = latLngToCell(45.8, 1.2, 4);
  expect(() => bucketKey(cell, 5)).toThrow(RangeError);
  expect(bucketKey(cell, 3)).toBe(bucketKey(latLngToCell(45.8, 1.2, 9), 3));
});
