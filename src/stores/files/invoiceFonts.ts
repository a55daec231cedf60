import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { InvoiceFonts } from "../../billing/pdf/renderInvoice.ts";

const folder = "@expo-google-fonts/source-sans-3";

/** Reads the typeface of invoices from its package: Source Sans 3, under the SIL Open Font License. */
export async function readInvoiceFonts(): Promise<InvoiceFonts> {
  const read = (name: string) => readFile(fileURLToPath(import.meta.resolve(`${folder}/${name}`)));
  const [regular, bold] = await Promise.all([
    read("400Regular/SourceSans3_400Regular.ttf"),
    read("700Bold/SourceSans3_700Bold.ttf"),
  ]);
  return { regular, bold };
}
