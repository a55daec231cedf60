import { setTimeout as delay } from "node:timers/promises";

/** Waits until a condition holds, looking every 5 ms. Throws after the deadline (10 s unless told). */
export async function until(
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 10_000,
): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt)
      throw new Error(`not so after ${deadlineMs} ms: ${condition.toString()}`);
    await delay(5);
  }
}
