import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addList,
  advance,
  clearMerge,
  createMerge,
  peekRank,
  skipTo,
} from "../../../src/targeting/search/merge.ts";
import { createPostingsBuilder, findList } from "../../../src/targeting/segment/postings.ts";
import { finished } from "../../../src/targeting/segment/sliced.ts";

const post = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6 }));
const posts = fc.array(fc.uniqueArray(post, { selector: String, maxLength: 12 }), {
  maxLength: 120,
  size: "max",
});
const merge = createMerge();

function postingsOf(byRank: readonly (readonly (readonly [number, number])[])[]) {
  const builder = createPostingsBuilder();
  byRank.forEach((list, rank) => {
    for (const [bucket, topic] of list) builder.post(bucket, topic, rank);
  });
  return finished(builder.finish());
}

test("every posting is found under its bucket and topic, in the order of rank, and nothing else is", () => {
  fc.assert(
    fc.property(posts, (byRank) => {
      const postings = postingsOf(byRank);
      for (let bucket = 0; bucket <= 41; bucket++) {
        for (let topic = 0; topic <= 7; topic++) {
          const wanted = byRank.flatMap((it, rank) =>
            it.some(([b, t]) => b === bucket && t === topic) ? [rank] : [],
          );
          const list = findList(postings, bucket, topic);
          const { listStarts, ranks } = postings;
          const found = list < 0 ? [] : [...ranks.subarray(listStarts[list], listStarts[list + 1])];
          expect(found).toEqual(wanted);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("a merge visits each rank of its lists once, ascending, from wherever it skips to", () => {
  fc.assert(
    fc.property(posts, fc.nat(130), fc.nat(10), (byRank, skip, taken) => {
      const postings = postingsOf(byRank);
      clearMerge(merge, postings);
      const lists = postings.listStarts.length - 1;
      for (let list = 0; list < lists; list++) addList(merge, list);
      if (lists > 0) addList(merge, 0);
      const visited: number[] = [];
      while (peekRank(merge) >= 0) {
        if (visited.length === taken) skipTo(merge, skip);
        if (peekRank(merge) < 0) break;
        visited.push(peekRank(merge));
        advance(merge);
      }
      const posted = byRank.flatMap((it, rank) => (it.length > 0 ? [rank] : []));
      const head = posted.slice(0, taken);
      const rest = posted.slice(taken).filter((rank) => rank >= skip);
      expect(visited).toEqual([...head, ...rest]);
    }),
    { numRuns: 300 },
  );
});

test("a table of many thousand lists finds them all", () => {
  const postings = postingsOf(
    Array.from({ length: 20_000 }, (_, rank) => [[4_194_304 + rank, rank % 3]]),
  );
  const found = Array.from({ length: 20_000 }, (_, rank) =>
    postings.ranks.at(postings.listStarts[findList(postings, 4_194_304 + rank, rank % 3)]!),
  );
  expect(found).toEqual(Array.from({ length: 20_000 }, (_, rank) => rank));
  expect(findList(postings, 4_194_304, 1)).toBe(-1);
});
