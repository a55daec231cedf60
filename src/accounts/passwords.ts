import { type Argon2Parameters, argon2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** Least and most characters of a password, as NIST SP 800-63B asks: long, and no rules about signs and digits. */
export const passwordLimits = { least: 12, most: 128 } as const;

/** The cost of one guess: OWASP's first choice for argon2id, 46 MiB and one pass; some 70 ms. */
const cost = { memory: 47_104, passes: 1, parallelism: 1, tagLength: 32 } as const;
const saltBytes = 16;

const derive: (algorithm: "argon2id", parameters: Argon2Parameters) => Promise<Uint8Array> =
  promisify(argon2);

/** Some that are tried first, and do reach twelve characters. */
const common = ["motdepasse", "password", "azertyuiop", "qwertyuiop", "123456789", "leboncoin"];

/** What is wrong with a new password of somebody with that address, or null. Pure. */
export function passwordProblem(password: string, email: string): string | null {
  const characters = [...password.normalize("NFKC")].length;
  if (characters < passwordLimits.least)
    return `must have at least ${passwordLimits.least} characters`;
  if (characters > passwordLimits.most)
    return `must have at most ${passwordLimits.most} characters`;
  const folded = password.normalize("NFKC").toLowerCase();
  if (new Set(folded).size < 5) return "must have at least 5 different characters";
  const name = email.split("@", 1)[0] ?? "";
  const isKnown = common.some((word) => folded.includes(word) && folded.length < word.length + 6);
  const isName = name.length >= 4 && folded.includes(name) && folded.length < name.length + 8;
  return isKnown || isName ? "is too easy to guess" : null;
}

/** A PHC string of argon2id with a salt of 16 random bytes. */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  if (salt.length !== saltBytes) throw new RangeError("a salt has 16 bytes");
  const tag = await derive("argon2id", { ...cost, message: bytesOf(password), nonce: salt });
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${toText(salt)}$${toText(tag)}`;
}

const phcShape =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Whether the password is the one that was hashed. Takes its time for whatever password is given. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt = "", tag = ""] = phcShape.exec(phc) ?? [];
  if (memory === undefined) return false;
  const expected = Buffer.from(tag, "base64");
  const given = await derive("argon2id", {
    message: bytesOf(password),
    nonce: Buffer.from(salt, "base64"),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return timingSafeEqual(given, expected);
}

/** Of nobody: compared with where there is no such account, so that the answer takes as long. */
export const nobodysHash =
  `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$` +
  `${"A".repeat(22)}$${"A".repeat(43)}`;

/** The same letters typed on another keyboard are the same password. */
const bytesOf = (password: string): Uint8Array => Buffer.from(password.normalize("NFKC"), "utf8");
const toText = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("base64").replace(/=+$/, "");
