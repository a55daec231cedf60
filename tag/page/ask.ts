import { readAnswer } from "./answer.ts";
import type { Ad } from "./types.ts";

/** More than any answer of a server in its right mind. */
const longestAnswer = 2_000_000;

/**
 * `POST /v1/ads` without a preflight, and, being another origin's, without cookies. Rejects when the server is slow, away or wrong.
 */
export async function ask(
  url: string,
  body: object,
  timeoutMs: number,
): Promise<Map<string, Ad[]>> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const response = await fetch(url, {
      method: "POST",
      // A text, so that no preflight is needed.
      body: JSON.stringify(body),
      signal: stop.signal,
    });
    const text = await response.text();
    if (!response.ok || text.length > longestAnswer) throw response.status;
    return readAnswer(JSON.parse(text));
  } finally {
    clearTimeout(timer);
  }
}
