import { createServer } from "node:net";
import { explainListenError } from "../explainListenError.ts";

/** Finds out at once, before any store is started, that the port cannot be had. Rejects with one line that says what to do. */
export function checkPortIsFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => reject(explainListenError(error, host, port)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
