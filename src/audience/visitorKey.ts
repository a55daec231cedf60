import { prepareHmac } from "../preparedHmac.ts";

/** What a visitor id looks like wherever one is read: 1 to 128 printable ASCII characters without spaces. */
export const visitorIdPattern = /^[\x21-\x7e]{1,128}$/;

/**
 * Gives the function that turns a visitor's id into the only name under which anything of the visitor is stored: the
 * first 16 bytes of HMAC-SHA256 in base64url (22 characters). Without the secret nobody finds the visitor of a key or
 * tests whether an id is known, and the raw id is never stored.
 * Changing the secret forgets every visitor. Throws a RangeError for a secret under 16 characters.
 */
export function createVisitorKeyOf(secret: string): (visitorId: string) => string {
  if (secret.length < 16)
    throw new RangeError("The visitor key secret needs at least 16 characters");
  const hmac = prepareHmac(Buffer.from(secret));
  return (visitorId) => hmac(Buffer.from(visitorId)).toString("base64url", 0, 16);
}
