import type { ApiKey } from "../../../sdk/src/generated.ts";

export type KeyState = "active" | "expired" | "revoked";

/** Whether a key still opens anything. Pure. */
export function keyStateOf(key: Pick<ApiKey, "revokedAt" | "expiresAt">, nowMs: number): KeyState {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs ? "expired" : "active";
}

const dayMs = 86_400_000;
/** How long a new key may live: in days, or for good. */
export const keyLives = { "30": 30, "90": 90, "365": 365, never: null } as const;
export type KeyLife = keyof typeof keyLives;

/** When a key of such a life ends; null = never. Pure. */
export function expiryOf(life: KeyLife, nowMs: number): string | null {
  const days = keyLives[life];
  return days === null ? null : new Date(nowMs + days * dayMs).toISOString();
}
