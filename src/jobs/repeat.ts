export interface Repeating {
  readonly stop: () => Promise<void>;
}

/**
 * Runs `work` now and then `pauseMs` after the end of each run, never two at once. A run that rejects is reported and
 * the next one comes all the same. `stop` awaits the run in flight.
 */
export function repeat(
  work: () => Promise<unknown>,
  pauseMs: number,
  onError: (error: unknown) => void,
): Repeating {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    await work().catch(onError);
    if (!isStopped) timer = setTimeout(begin, pauseMs);
  };
  const begin = (): void => {
    running = run();
  };
  begin();
  return {
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
