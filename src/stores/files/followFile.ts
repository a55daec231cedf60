import { stat } from "node:fs/promises";

export interface FollowedFile<T> {
  /** What was read last. */
  readonly current: () => T;
  /** Looks at the file now and takes it over when it has changed; never rejects. */
  readonly refresh: () => Promise<void>;
  /** Stops following the file; awaits a look that is under way. What was read last stays. */
  readonly close: () => Promise<void>;
}

export interface FollowOptions {
  /** Told once for each state of the file that cannot be taken over; what was read last stays in use. */
  readonly onError: (error: unknown) => void;
  /** Default one minute. */
  readonly checkEveryMs?: number;
}

/**
 * Reads a file and follows it when it is replaced. A new state is read on the side and taken over only when it is whole, so
 * that an update written half leaves what was read before in use. Rejects when the file cannot be read now.
 */
export async function followFile<T>(
  file: string,
  read: (file: string) => Promise<T>,
  options: FollowOptions,
): Promise<FollowedFile<T>> {
  let stamp = await stampOf(file);
  let current = await read(file);
  let reported: string | null = null;
  let looking: Promise<void> | null = null;
  const takeOver = async (): Promise<void> => {
    let found = "unreadable";
    try {
      found = await stampOf(file);
      if (found === stamp) return;
      const next = await read(file);
      // Still being written: the next look finds it whole.
      if ((await stampOf(file)) !== found) return;
      current = next;
      stamp = found;
      reported = null;
    } catch (error) {
      if (reported !== found) options.onError(error);
      reported = found;
    }
  };
  const refresh = (): Promise<void> => {
    looking ??= takeOver().finally(() => {
      looking = null;
    });
    return looking;
  };
  const timer = setInterval(refresh, options.checkEveryMs ?? 60_000);
  timer.unref();
  return {
    current: () => current,
    refresh,
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Tells one state of the file from another. */
async function stampOf(file: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(file);
  return `${ino} ${size} ${mtimeMs}`;
}
