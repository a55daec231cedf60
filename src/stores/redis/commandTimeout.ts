import type { Command, Redis } from "ioredis";

/** The timeout is waited for in so many pieces. */
const pieces = 5;
/** Answered commands are let go of in groups: they must not grow old in memory, nor cost a copy each. */
const answeredAtOnce = 64;

/**
 * Makes every command without an answer after `timeoutMs` (at most a fifth later) reject with "Command timed out".
 *
 * A busy event loop runs its timers before it reads its sockets: under a burst of requests a single timer would find
 * answers late that have long arrived, or that were never asked for yet. So the time is waited for in pieces, with a
 * look at the sockets after each: a turn of the loop costs one piece, however long it takes.
 * One timer watches all commands of a connection, and only while there are any: a timer each costs more than sending.
 */
export function limitCommands(redis: Redis, timeoutMs: number): void {
  const send = redis.sendCommand.bind(redis);
  // In the order of sending, which is nearly that of answers; `sentIn` says in which piece of time.
  const waiting: Command[] = [];
  const sentIn: number[] = [];
  let answered = 0;
  let piece = 0;
  let timer: NodeJS.Timeout | null = null;

  const letGo = (atLeast: number): void => {
    while (waiting[answered]?.isSettled === true) answered++;
    if (answered < atLeast) return;
    waiting.splice(0, answered);
    sentIn.splice(0, answered);
    answered = 0;
  };
  const passPiece = (): void => {
    piece++;
    letGo(1);
    const firstInTime = sentIn.findIndex((sent) => sent >= piece - pieces);
    const late = waiting.slice(0, firstInTime === -1 ? waiting.length : firstInTime);
    if (late.length > 0) setImmediate(giveUp, late);
    if (timer === null || waiting.length > 0) return;
    clearInterval(timer);
    timer = null;
  };
  redis.sendCommand = (command, stream) => {
    letGo(answeredAtOnce);
    waiting.push(command);
    sentIn.push(piece);
    timer ??= setInterval(passPiece, timeoutMs / pieces).unref();
    return send(command, stream);
  };
}

function giveUp(commands: readonly Command[]): void {
  for (const command of commands)
    if (!command.isSettled) command.reject(new Error("Command timed out"));
}
