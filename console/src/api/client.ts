import { createAtelierClient } from "../../../sdk/src/client.ts";

/** What shows the API that it is the console that writes; no form and no other site can send it. */
const consoleHeader = { "X-Atelier-Console": "1" } as const;

const usualWith = (more: RequestInit) =>
  ({
    baseUrl: location.origin,
    world: {
      fetch: (input: RequestInfo | URL, init?: RequestInit) =>
        fetch(input, {
          ...init,
          ...more,
          credentials: "same-origin",
          headers: { ...(init?.headers as Record<string, string>), ...consoleHeader },
        }),
      newKey,
    },
  }) as const;
const usual = usualWith({});
const shortRetries = { maxRetries: 2, maxDelayMs: 2_000 } as const;

/**
 * The public API, with the session's cookie. Its methods are named as in `/docs`. What failed in passing is tried twice
 * more, soon: somebody waits before the screen.
 */
export const api = createAtelierClient({ ...usual, retries: shortRetries });

/** The same for what may be written as the page is left: the browser sends it to its end. For small bodies, one at a time. */
export const apiOnLeaving = createAtelierClient({
  ...usualWith({ keepalive: true }),
  retries: shortRetries,
});

/** The same without a second try, for what counts tries. */
export const apiOnce = createAtelierClient({ ...usual, retries: { maxRetries: 0 } });

/** 128 random bits. `crypto.randomUUID` is there only over TLS and on localhost, this everywhere. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
