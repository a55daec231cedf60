import { createHmac } from "node:crypto";

/** What lists of customers and sites may name somebody by: the SHA-256 of an address, or of an id that both sides know. */
export const identifierKinds = ["email_sha256", "id_sha256"] as const;
export type IdentifierKind = (typeof identifierKinds)[number];

/**
 * Gives the function that names an identifier where it is kept: a keyed hash of its SHA-256 (64 hexadecimal digits, in any
 * case), 22 characters. An address can be guessed and its SHA-256 compared; without the secret this one cannot.
 */
export function createIdentifierHashOf(
  secret: string,
): (kind: IdentifierKind, sha256: string) => string {
  return (kind, sha256) =>
    createHmac("sha256", secret)
      .update(`identifier\n${kind}\n${sha256.toLowerCase()}`)
      .digest()
      .toString("base64url", 0, 16);
}
