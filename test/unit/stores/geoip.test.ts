import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AddressTable, openAddressTable } from "../../../src/stores/files/geoip.ts";
import { until } from "../../support/until.ts";
import { cityDatabase } from "../../support/writeCityDatabase.ts";

const limoges = cityDatabase({ lat: 45.83, lon: 1.26, radiusKilometers: 20 });
const lyon = cityDatabase({ lat: 45.76, lon: 4.84, radiusKilometers: 5 });
const inLimoges = { lat: 45.83, lon: 1.26, accuracyMeters: 20_000 };
const inLyon = { lat: 45.76, lon: 4.84, accuracyMeters: 5_000 };

describe("a table of addresses", () => {
  let folder: string;
  let file: string;
  let table: AddressTable;
  let errors: unknown[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "geoip-"));
    file = join(folder, "city.mmdb");
    await writeFile(file, limoges);
    errors = [];
    table = await openAddressTable(file, { onError: (error) => errors.push(error) });
  });
  afterEach(async () => {
    await table.close();
    await rm(folder, { recursive: true });
  });

  test("gives the point of an address that it knows, and nothing for others or for no address", () => {
    expect(table.locate("1.2.3.4")).toEqual(inLimoges);
    expect(table.locate("::ffff:1.2.3.4")).toEqual(inLimoges);
    for (const address of [
      "203.0.113.7",
      "::ffff:203.0.113.7",
      "2001:db8::1",
      "nobody",
      "1.2.3",
      "",
    ])
      expect(table.locate(address)).toBeNull();
  });

  test("an update written half leaves the old table in use and is told once; the whole one is taken over", async () => {
    for (const bytes of [0, 30, lyon.length - 20]) {
      errors = [];
      await writeFile(file, lyon.subarray(0, bytes));
      await table.refresh();
      await table.refresh();
      expect(errors).toHaveLength(1);
      expect(table.locate("1.2.3.4")).toEqual(inLimoges);
    }
    await writeFile(file, lyon);
    await table.refresh();
    expect(table.locate("1.2.3.4")).toEqual(inLyon);
    expect(errors).toHaveLength(1);
  });

  test("a table that was taken away stays in use, and its successor is taken over", async () => {
    await rm(file);
    await table.refresh();
    await table.refresh();
    expect(errors).toHaveLength(1);
    expect(table.locate("1.2.3.4")).toEqual(inLimoges);
    await writeFile(`${file}.new`, lyon);
    await rename(`${file}.new`, file);
    await table.refresh();
    expect(table.locate("1.2.3.4")).toEqual(inLyon);
  });

  test("follows the file by itself until it is closed", async () => {
    const following = await openAddressTable(file, {
      onError: (error) => errors.push(error),
      checkEveryMs: 5,
    });
    await writeFile(file, lyon.subarray(0, 30));
    await until(() => errors.length > 0);
    await writeFile(file, lyon);
    await until(() => following.locate("1.2.3.4")?.lat === inLyon.lat);
    await following.close();
  });

  test("a file that cannot be read at start is told at once", async () => {
    const onError = () => undefined;
    await writeFile(file, "not a database");
    await expect(openAddressTable(file, { onError })).rejects.toThrow();
    await expect(openAddressTable(join(folder, "none"), { onError })).rejects.toThrow(/ENOENT/);
  });
});
