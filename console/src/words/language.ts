import { useSyncExternalStore } from "react";
import type { Dictionary, Language, SameWords } from "./dictionary.ts";

const storageKey = "atelier.language";
const listeners = new Set<() => void>();
let current: Language = readStored();

function readStored(): Language {
  try {
    return localStorage.getItem(storageKey) === "en" ? "en" : "fr";
  } catch {
    // A browser that keeps nothing: French, until it is chosen again.
    return "fr";
  }
}

/** The language now, outside of components: for what formats numbers and dates. */
export function currentLanguage(): Language {
  return current;
}

/** Chooses the language of the whole console, here and on the next visit. */
export function chooseLanguage(language: Language): void {
  current = language;
  document.documentElement.lang = language;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The language; the component is drawn again when another is chosen. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, currentLanguage);
}

/** A feature's words in the language that is chosen: `const t = useWords(createWords)`. */
export function useWords<Words>(words: Dictionary<Words>): SameWords<Words> {
  return words[useLanguage()];
}
