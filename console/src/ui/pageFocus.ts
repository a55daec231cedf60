let pending = false;

/** Another page was opened: its heading takes the focus when it is there, so that readers and keyboards begin at it. */
export function expectPageFocus(): void {
  pending = true;
}

/** Whether the heading that asks is that of a page just opened; true once. */
export function takePageFocus(): boolean {
  const wasPending = pending;
  pending = false;
  return wasPending;
}
