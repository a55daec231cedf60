import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EventSchema } from "./lakeTable.ts";

const published = fileURLToPath(new URL("../../../warehouse/events/", import.meta.url));

/** The schemas of events, as `warehouse/events` has them, by name. */
export async function readEventSchemas(folder = published): Promise<readonly EventSchema[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => JSON.parse(text));
}
