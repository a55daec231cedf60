import type { Command, Redis } from "ioredis";

/** The timeout is waited for in so many pieces. */
const pieces = 5;

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
  let youngest: Command[] = [];
  // Commands by the piece of time in which they were sent, the longest ago first.
  let older: readonly (readonly Command[])[] = Array.from({ length: pieces }, () => []);
  let timer: NodeJS.Timeout | null = null;

  const passPiece = (): void => {
    const [oldest = [], ...rest] = older;
    older = [...rest, youngest];
    youngest = [];
    const late = oldest.filter((command) => !command.isSettled);
    if (late.length > 0) setImmediate(giveUp, late);
    if (timer !== null && older.every((commands) => commands.length === 0)) {
      clearInterval(timer);
      timer = null;
    }
  };
  redis.sendCommand = (command, stream) => {
    youngest.push(command);
    timer ??= setInterval(passPiece, timeoutMs / pieces).unref();
    return send(command, stream);
  };
}

function giveUp(commands: readonly Command[]): void {
  for (const command of commands)
    if (!command.isSettled) command.reject(new Error("Command timed out"));
}
