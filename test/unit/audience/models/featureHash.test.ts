import fc from "fast-check";
import { expect, it } from "vitest";
import {
  bucketCount,
  bucketOf,
  bucketText,
  createBucketOf,
  parseBucketText,
} from "../../../../src/audience/models/featureHash.ts";

it("gives the bucket that SQL's substr(md5(name), 1, 5) gives", () => {
  // What Postgres and DuckDB answer.
  expect(bucketText(bucketOf("abc"))).toBe("90015");
  expect(bucketText(bucketOf(""))).toBe("d41d8");
  expect(bucketText(bucketOf("catégorie"))).toBe("513dc");
});

it("reads the text of a bucket back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bucketCount - 1 }), (bucket) => {
      expect(parseBucketText(bucketText(bucket))).toBe(bucket);
    }),
  );
  expect(() => parseBucketText("1234")).toThrow("5 hex digits");
});

it("gives the same buckets remembered and afresh", () => {
  const remembered = createBucketOf(3);
  const names = ["a", "b", "c", "d", "e", "a", "é", "c"];
  expect(names.map(remembered)).toEqual(names.map(bucketOf));
});
