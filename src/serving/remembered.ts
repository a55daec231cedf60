import { createBoundedCache } from "../boundedCache.ts";

/**
 * The same function, which remembers its latest answers (`limit` to twice as many): for keyed hashes of what comes again
 * within a visit, since an HMAC costs as much as a look-up of a campaign. Answers must not be empty.
 */
export function remembered(
  limit: number,
  answer: (question: string) => string,
): (question: string) => string {
  const answers = createBoundedCache<string>(limit);
  return (question) => {
    const known = answers.get(question);
    if (known !== undefined) return known;
    const fresh = answer(question);
    answers.set(question, fresh);
    return fresh;
  };
}
