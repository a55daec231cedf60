let questions: (() => void)[] = [];
let writes: (() => void)[] = [];
let isScheduled = false;

/**
 * Calls `ask` once the present turn of the event loop has read its sockets: what all requests of the turn want to know is
 * asked together. Without load nothing waits, for the turn ends at once.
 */
export function askAtEndOfTurn(ask: () => void): void {
  questions.push(ask);
  schedule();
}

/** Calls `write` after everything has been asked, so that it leaves together. */
export function writeAtEndOfTurn(write: () => void): void {
  writes.push(write);
  schedule();
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(endTurn);
}

function endTurn(): void {
  const asked = questions;
  questions = [];
  for (const ask of asked) ask();
  const written = writes;
  writes = [];
  isScheduled = false;
  for (const write of written) write();
}
