import { createHash } from "node:crypto";
import { appendFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createChecksum } from "../../../src/stores/lake/legacy/progress.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

test("the checksum of more and more of a file is that of its beginning, and reads no byte twice", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "atelier-checksum-")), "old.csv");
  await writeFile(file, "a;b\n1;2\n");
  const checksumOf = createChecksum(file);
  expect(await checksumOf(0)).toBe(sha256(""));
  expect(await checksumOf(4)).toBe(sha256("a;b\n"));
  await appendFile(file, "3;4\n");
  expect(await checksumOf(12)).toBe(sha256("a;b\n1;2\n3;4\n"));
  expect(await checksumOf(12)).toBe(sha256("a;b\n1;2\n3;4\n"));
  // What was read is not looked at again, unless less of it is asked for.
  await writeFile(file, "x;b\n1;2\n3;4\n5;6\n");
  expect(await checksumOf(16)).toBe(sha256("a;b\n1;2\n3;4\n5;6\n"));
  expect(await checksumOf(8)).toBe(sha256("x;b\n1;2\n"));
});
