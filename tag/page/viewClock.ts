/** Timers, as arguments. */
export interface Timers<Timer> {
  readonly later: (run: () => void, ms: number) => Timer;
  readonly cancel: (timer: Timer | undefined) => void;
}

/** In view for this long on end (Media Rating Council). */
export const heldMs = 1_000;

/**
 * Gives the function that is told whether the share that counts is in view of a tab that is looked at. `onHeld` is called once: when
 * that was so, and nothing else, for a second.
 */
export function createViewClock<Timer>(
  { later, cancel }: Timers<Timer>,
  onHeld: () => void,
): (isSeen: boolean) => void {
  let timer: Timer | undefined;
  let isHeld = false;
  const held = (): void => {
    isHeld = true;
    onHeld();
  };
  return (isSeen) => {
    if (isSeen && !isHeld) timer ??= later(held, heldMs);
    else {
      cancel(timer);
      timer = undefined;
    }
  };
}
