import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseAddress } from "../../../src/serving/addressRanges.ts";
import { openDataCentreRanges } from "../../../src/stores/files/dataCentreRanges.ts";
import { until } from "../../support/until.ts";

let folder: string;
let file: string;
let errors: string[];
const onError = (error: unknown) =>
  void errors.push(error instanceof Error ? error.message : String(error));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ranges-"));
  file = join(folder, "ranges.txt");
  errors = [];
});
afterEach(() => rm(folder, { recursive: true }));

const open = () => openDataCentreRanges(file, { onError });
const knows = (ranges: Awaited<ReturnType<typeof open>>, address: string) => {
  const parsed = parseAddress(address);
  if (parsed === null) throw new Error(`${address} is not an address`);
  return ranges.current().contains(parsed);
};

test("a file of ranges with comments, empty lines and Windows ends is read", async () => {
  await writeFile(
    file,
    "# Example cloud\r\n198.51.100.0/24 ; rented\r\n\r\n  2001:db8::/32\r\n192.0.2.1",
  );
  const ranges = await open();
  expect(ranges.current().count).toBe(3);
  expect(knows(ranges, "198.51.100.9")).toBe(true);
  expect(knows(ranges, "2001:db8:5::1")).toBe(true);
  expect(knows(ranges, "192.0.2.1")).toBe(true);
  expect(knows(ranges, "203.0.113.7")).toBe(false);
  await ranges.close();
});

test("a broken file leaves the ranges before in use and is told once; a whole one is taken over", async () => {
  await writeFile(file, "198.51.100.0/24\n");
  const ranges = await open();
  await writeFile(file, "203.0.113.0/24\nnot a range\n");
  await ranges.refresh();
  await ranges.refresh();
  expect(errors).toEqual(['line 2, "not a range", is not an address or a CIDR block']);
  expect(knows(ranges, "198.51.100.9")).toBe(true);
  expect(knows(ranges, "203.0.113.7")).toBe(false);
  await writeFile(file, "203.0.113.0/24\n192.0.2.0/24\n");
  await ranges.refresh();
  expect(knows(ranges, "203.0.113.7")).toBe(true);
  expect(knows(ranges, "198.51.100.9")).toBe(false);
  await ranges.close();
});

test("follows the file by itself until it is closed", async () => {
  await writeFile(file, "");
  const ranges = await openDataCentreRanges(file, { onError, checkEveryMs: 5 });
  expect(ranges.current().count).toBe(0);
  await writeFile(file, "203.0.113.0/24\n");
  await until(() => knows(ranges, "203.0.113.7"));
  await ranges.close();
});

test.each([
  ["everybody", "0.0.0.0/0", 'line 1, "0.0.0.0/0", is larger than a /8'],
  ["a long line", `# ${"x".repeat(300)}`, "line 1 is longer than 200 characters"],
  ["more than 200,000 lines", "\n".repeat(200_001), "more than 200000 lines"],
])("a file of %s is refused at start", async (_what, text, problem) => {
  await writeFile(file, text);
  await expect(open()).rejects.toThrow(problem);
});

test("a file that is not there is told at start", async () => {
  await expect(open()).rejects.toThrow(/ENOENT/);
});

test("200,000 lines are read beside this thread, which goes on meanwhile", async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => {
    const place = (index * 7919) % 13_107_200;
    return `${20 + (place >>> 16)}.${(place >>> 8) & 255}.${place & 255}.0/24`;
  });
  await writeFile(file, `${lines.join("\n")}\n`);
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  const ranges = await open();
  clearInterval(turning);
  expect(ranges.current().count).toBeGreaterThan(100_000);
  expect(turns).toBeGreaterThan(20);
  await ranges.close();
});
