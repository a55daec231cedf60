import { PublicError } from "../errors.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

/** The functions of passwords, a few at once: each takes 46 MiB and a thread for a while. */
export interface HashPasswords {
  hash(password: string, salt: Uint8Array): Promise<string>;
  verify(password: string, phc: string): Promise<boolean>;
}

const mostWaiting = 100;

/** Runs `atOnce` of them at a time, in their order. Throws PublicError `unavailable` when a hundred wait already. */
export function createPasswordQueue(atOnce: number): HashPasswords {
  const waiting: (() => void)[] = [];
  let running = 0;
  const turn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < atOnce) running += 1;
    else if (waiting.length >= mostWaiting) {
      throw new PublicError("unavailable", "Too many log in at once; try again in a moment.");
    } else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The turn passes on, or is free.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
  return {
    hash: (password, salt) => turn(() => hashPassword(password, salt)),
    verify: (password, phc) => turn(() => verifyPassword(password, phc)),
  };
}
