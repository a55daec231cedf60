import { useSyncExternalStore } from "react";

let expired = false;
const listeners = new Set<() => void>();

/** Tells the console that the session has ended (true), or that there is one again. */
export function setSessionExpired(value: boolean): void {
  if (expired === value) return;
  expired = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the session has ended while the console was open. */
export function useSessionExpired(): boolean {
  return useSyncExternalStore(subscribe, () => expired);
}
