/** Nobody gets another ad in the same place sooner, or more often in one page view. */
export const shortestRefreshSeconds = 30;
export const mostRefreshes = 10;

/** Seconds in view after which an ad gives way; 0 = never. Pure. */
export const refreshSeconds = (wished: unknown): number =>
  Number(wished) > 0 ? Math.max(Number(wished), shortestRefreshSeconds) : 0;

/** Whether a place may be asked for again in this page view. Pure. */
export const mayRefresh = (
  { askedAtMs, refreshes }: { readonly askedAtMs: number; readonly refreshes: number },
  nowMs: number,
): boolean => refreshes < mostRefreshes && nowMs - askedAtMs >= shortestRefreshSeconds * 1_000;
