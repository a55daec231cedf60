import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

/** The secret kept in that file (48 hexadecimal characters), made at the first call and readable by its owner only. */
export async function readOrCreateSecret(path: string): Promise<string> {
  const known = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  if (known !== "") return known;
  const secret = randomBytes(24).toString("hex");
  await writeFile(path, secret, { mode: 0o600 });
  return secret;
}
