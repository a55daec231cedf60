import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExchangeRates } from "../../../src/stores/files/exchangeRates.ts";
import { openSupplyRules } from "../../../src/stores/files/supplyRules.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-bid-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ratesOf = (usd: number, more = "") =>
  `{"asOf": "2026-03-12", "base": "EUR", "rates": {"USD": ${usd}}${more}}`;

test("exchange rates follow their file; a broken one leaves the last in use and is told once", async () => {
  const file = join(folder, "rates.json");
  await writeFile(file, ratesOf(1.1));
  const errors: unknown[] = [];
  const rates = await openExchangeRates(file, { onError: (error) => errors.push(error) });
  expect(rates.current().microsPerEuro.get("USD")).toBe(1_100_000);
  await writeFile(file, ratesOf(1.25, " "));
  await rates.refresh();
  expect(rates.current().microsPerEuro.get("USD")).toBe(1_250_000);
  await writeFile(file, ratesOf(-1, "  "));
  await rates.refresh();
  await rates.refresh();
  expect(rates.current().microsPerEuro.get("USD")).toBe(1_250_000);
  expect(errors.map(String)).toEqual([expect.stringMatching(/rates\.USD must be/)]);
  await rates.close();
});

test("supply rules do too", async () => {
  const file = join(folder, "rules.json");
  await writeFile(file, '{"maxNodes": 3}');
  const errors: unknown[] = [];
  const rules = await openSupplyRules(file, { onError: (error) => errors.push(error) });
  expect(rules.current().maxNodes).toBe(3);
  await writeFile(file, '{"maxNodes": 300}');
  await rules.refresh();
  expect(rules.current().maxNodes).toBe(3);
  expect(errors.map(String)).toEqual([expect.stringMatching(/maxNodes/)]);
  await rules.close();
});

test("a server does not start on a file that it cannot read", async () => {
  const file = join(folder, "none.json");
  const options = { onError: () => undefined };
  await expect(openExchangeRates(file, options)).rejects.toThrow(/ENOENT/);
  await writeFile(file, "{");
  await expect(openSupplyRules(file, options)).rejects.toThrow(/JSON/);
});
