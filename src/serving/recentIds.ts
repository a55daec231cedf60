const remembered = 10_000;

export interface RecentIds {
  /** Whether it was not asked about of late; from now on it is known. */
  readonly isNew: (id: string) => boolean;
  /** As if it had never been asked about. */
  readonly forget: (id: string) => void;
}

/** Knows the last 10,000 ids that it was asked about. */
export function createRecentIds(): RecentIds {
  const ids = new Set<string>();
  return {
    isNew(id) {
      if (ids.has(id)) return false;
      if (ids.size >= remembered) ids.delete(ids.values().next().value ?? "");
      ids.add(id);
      return true;
    },
    forget: (id) => void ids.delete(id),
  };
}
