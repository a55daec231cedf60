// Preloaded into what `run.mjs` starts: when run.mjs is gone, however it ended, this process is asked to stop as by
// SIGTERM. Processes that inherit this preload from their parent have another parent and are left alone.
const patienceMs = 30_000;

if (process.env.ATELIER_RUNNER === String(process.ppid) && process.channel) {
  process.once("disconnect", () => {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), patienceMs).unref();
    process.kill(process.pid, "SIGTERM");
  });
  // A listener alone keeps the process running for ever.
  process.channel.unref();
}
delete process.env.ATELIER_RUNNER;
