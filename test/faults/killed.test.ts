import { afterEach, beforeEach, test } from "vitest";
import { type KilledTown, openKilledTown } from "./killedTown.ts";

let killed: KilledTown;
beforeEach(async () => {
  killed = await openKilledTown();
});
afterEach(() => killed.close());

test("a node that is killed in the middle of its work loses no impression that it answered, and charges none twice when all are seen again", async () => {
  const load = await killed.killUnderLoad();
  await killed.startAgain();
  await killed.expectChargedOnce([load]);
});
