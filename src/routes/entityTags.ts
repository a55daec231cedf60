import { PublicError } from "../errors.ts";

/** Entity tags (RFC 9110, sections 8.8.3 and 13.1): the tag of an entity is its version in quotes. */

const listShape = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*\s*$/;
const tagShape = /(W\/)?"([\x21\x23-\x7e]*)"/g;

export const etagOf = (version: number): string => `"${version}"`;

/**
 * The versions that `If-Match` allows: null = any. Weak tags and tags that are not ours match nothing. Throws PublicError
 * `invalid_parameter` for what is no list of tags. Pure.
 */
export function versionsOfIfMatch(header: string | undefined): readonly number[] | null {
  if (header === undefined || header.trim() === "*") return null;
  return tagsOf(header, "if-match").flatMap(({ isWeak, text }) => {
    const version = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
    return isWeak || version === null ? [] : [version];
  });
}

/** Whether `If-None-Match` names this version, so that nothing need be sent (304). Weak tags count. Pure. */
export function isNoneMatch(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  if (header.trim() === "*") return true;
  return tagsOf(header, "if-none-match").some(({ text }) => text === String(version));
}

function tagsOf(
  header: string,
  name: string,
): readonly { readonly isWeak: boolean; readonly text: string }[] {
  if (!listShape.test(header)) {
    throw new PublicError("invalid_parameter", "A header is not valid.", [
      { pointer: name, rule: 'must be the etag of an answer, such as "3", or *' },
    ]);
  }
  return [...header.matchAll(tagShape)].map(([, weak, text = ""]) => ({
    isWeak: weak !== undefined,
    text,
  }));
}
