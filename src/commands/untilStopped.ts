/**
 * Waits for the first request to stop (Ctrl-C, SIGTERM, or the runner that started us going away), then runs `stop`.
 * A stop that takes longer than `patienceMs` ends the process all the same.
 */
export async function untilStopped(
  stop: () => Promise<void>,
  say: (line: string) => void,
  patienceMs = 15_000,
): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => resolve());
    process.on("disconnect", () => resolve());
  });
  say("Stopping");
  const impatience = setTimeout(() => {
    say("Something does not stop; ending all the same");
    process.exit(1);
  }, patienceMs);
  impatience.unref();
  await stop();
  say("Stopped");
}
