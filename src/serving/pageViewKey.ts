import { createHmac } from "node:crypto";

/**
 * Gives the function that turns a page view's id, as a site made it up, into the only name under which anything of it is
 * remembered, for half an hour: the first 12 bytes of HMAC-SHA256 in base64url (16 characters). Two sites that make up the
 * same id share nothing.
 */
export function createPageViewKeyOf(
  secret: string,
): (siteKey: string | null, viewId: string) => string {
  return (siteKey, viewId) =>
    createHmac("sha256", secret)
      .update(`page view\n${siteKey ?? ""}\n${viewId}`)
      .digest()
      .toString("base64url", 0, 12);
}
