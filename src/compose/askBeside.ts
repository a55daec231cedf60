import { get } from "node:http";
import { type PassTarget, passedHeader } from "../routes/passOn.ts";

/** A process that is busy is not waited for: who asks about its health wants to know that. */
const patienceMs = 400;

/** Asks the process beside this one for a page of its own; null = it is away, or does not answer in time. Never rejects. */
export function askBeside(
  target: PassTarget | null,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<string | null> {
  if (target === null) return Promise.resolve(null);
  const { port, secret } = target;
  return new Promise((resolve) => {
    const asked = get({
      host: "127.0.0.1",
      port,
      path,
      agent: false,
      headers: { ...headers, [passedHeader]: secret },
      signal: AbortSignal.timeout(patienceMs),
    });
    asked.once("error", () => resolve(null));
    asked.once("response", (answer) => {
      const parts: string[] = [];
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => parts.push(part));
      // Its readiness is told with 503, too; a fault of its own is no answer.
      const isAnswer = answer.statusCode === 200 || answer.statusCode === 503;
      answer.once("end", () => resolve(isAnswer ? parts.join("") : null));
      answer.once("error", () => resolve(null));
    });
  });
}
