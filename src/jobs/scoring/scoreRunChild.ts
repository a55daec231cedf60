import { setPriority } from "node:os";
import { obeyOrder } from "./obeyOrder.ts";
import type { ScoreMessage } from "./scoreRun.ts";
import type { ScoringOrder } from "./scoringOrder.ts";

/** The process of one run: takes one order, answers once, ends. Requests of the server beside it come first. */
const niceness = 15;
setPriority(niceness);
process.once("message", (order: ScoringOrder) => void obey(order));
// Who gave the order is gone: what is done so far stays, and the next run goes on with it.
process.once("disconnect", () => process.exit(1));

async function obey(order: ScoringOrder): Promise<void> {
  let message: ScoreMessage;
  try {
    const { cards, visitors, events, published, elapsedMs } = await obeyOrder(
      order,
      () => undefined,
    );
    const usable = cards.filter(({ gate }) => gate.isActivated).length;
    message = {
      kind: "done",
      run: { segments: cards.length, usable, visitors, events, published, elapsedMs },
    };
  } catch (error) {
    message = { kind: "failed", problem: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(message, undefined, {}, () => process.exit(0));
}
