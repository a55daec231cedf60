import { createHmac } from "node:crypto";

/**
 * Gives the function that names a visitor in logs that outlive the visitor (erasures, consent): a keyed hash of the visitor's
 * key, 22 characters. With the secret it can be tested whether a log speaks of a known id; nobody finds the id or the key in it.
 */
export function createVisitorHashOf(secret: string): (visitorKey: string) => string {
  return (visitorKey) =>
    createHmac("sha256", secret)
      .update(`visitor hash\n${visitorKey}`)
      .digest()
      .toString("base64url", 0, 16);
}
