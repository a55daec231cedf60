import { useSyncExternalStore } from "react";
import { useMe } from "./session.ts";

/** The advertiser that the console is narrowed to. */
export interface ChosenAdvertiser {
  readonly advertiserId: number;
  readonly name: string;
}

const listeners = new Set<() => void>();
const chosen = new Map<string, ChosenAdvertiser | null>();

/** Each person's own choice, which outlives a visit. */
const keyOf = (userId: number): string => `atelier.advertiser.${userId}`;

function readChoice(key: string): ChosenAdvertiser | null {
  const known = chosen.get(key);
  if (known !== undefined) return known;
  const stored = readStored(key);
  chosen.set(key, stored);
  return stored;
}

function readStored(key: string): ChosenAdvertiser | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return isChoice(value) ? value : null;
  } catch {
    return null;
  }
}

function isChoice(value: unknown): value is ChosenAdvertiser {
  return (
    typeof value === "object" &&
    value !== null &&
    "advertiserId" in value &&
    Number.isInteger(value.advertiserId) &&
    "name" in value &&
    typeof value.name === "string"
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The advertiser chosen in the navigation, and how to choose another; null = all that the person may see. */
export function useAdvertiser() {
  const key = keyOf(useMe().user?.userId ?? 0);
  const advertiser = useSyncExternalStore(subscribe, () => readChoice(key));
  const choose = (one: ChosenAdvertiser | null) => {
    chosen.set(key, one);
    try {
      localStorage.setItem(key, JSON.stringify(one));
    } catch {
      // Kept for this page only.
    }
    for (const listener of listeners) listener();
  };
  return { advertiser, choose };
}
