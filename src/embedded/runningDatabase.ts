import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { databaseUrl } from "./postgres.ts";
import { shelterPath } from "./shelter.ts";

/** The address of the Postgres that `npm start` runs at this moment with a data folder; null = none does. */
export async function findRunningDatabase(dataDir: string): Promise<string | null> {
  const password = await textOf(join(dataDir, "postgres.password"));
  if (password === "") return null;
  for (const parent of [dataDir, shelterPath(dataDir)]) {
    // Postgres writes its port on line 4 and its state on line 8, and removes the file when it stops.
    const lines = (await textOf(join(parent, "postgres", "postmaster.pid"))).split("\n");
    const port = Number(lines[3]?.trim());
    if (lines[7]?.trim() === "ready" && port > 0) return databaseUrl(port, password);
  }
  return null;
}

async function textOf(file: string): Promise<string> {
  return (await readFile(file, "utf8").catch(() => "")).trim();
}
