export interface ActiveModelOptions {
  /** Reads the pointer; null = no model is active. */
  readonly read: () => Promise<number | null>;
  readonly everyMs: number;
  /** Told of each failed reading; the previous answer stays in use. */
  readonly onError: (error: unknown) => void;
}

export interface ActiveModel {
  /** The model whose scores may be used on this node; null = none known yet. */
  readonly current: () => number | null;
  /** Reads the pointer now. Never rejects. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
}

/** Follows the pointer to the active model: read at once and then every `everyMs`, so that a flip or a roll-back reaches every node. */
export function createActiveModel(options: ActiveModelOptions): ActiveModel {
  let current: number | null = null;
  const refresh = async (): Promise<void> => {
    try {
      current = await options.read();
    } catch (error) {
      options.onError(error);
    }
  };
  const timer = setInterval(refresh, options.everyMs);
  timer.unref();
  void refresh();
  return { current: () => current, refresh, stop: () => clearInterval(timer) };
}
