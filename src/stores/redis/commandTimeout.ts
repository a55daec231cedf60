import type { Command, Redis } from "ioredis";

/** The timeout is waited for in so many pieces. */
const pieces = 5;

/**
 * Makes every command without an answer after `timeoutMs` reject with "Command timed out".
 *
 * A busy event loop runs its timers before it reads its sockets: under a burst of requests a single timer would find
 * answers late that have long arrived, or that were never asked for yet. So the time is waited for in pieces, with a
 * look at the sockets after each: a turn of the loop costs one piece, however long it takes.
 */
export function limitCommands(redis: Redis, timeoutMs: number): void {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    watch(command, timeoutMs / pieces, pieces);
    return send(command, stream);
  };
}

function watch(command: Command, pieceMs: number, piecesLeft: number): void {
  setTimeout(() => {
    if (command.isSettled) return;
    if (piecesLeft > 1) watch(command, pieceMs, piecesLeft - 1);
    else setImmediate(giveUp, command);
  }, pieceMs).unref();
}

function giveUp(command: Command): void {
  if (!command.isSettled) command.reject(new Error("Command timed out"));
}
