import { PublicError } from "../errors.ts";
import { createTurns } from "../turns.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

/** The functions of passwords, a few at once: each takes 46 MiB and a thread for a while. */
export interface HashPasswords {
  hash(password: string, salt: Uint8Array): Promise<string>;
  verify(password: string, phc: string): Promise<boolean>;
}

const mostWaiting = 100;
const tooMany = () =>
  new PublicError("unavailable", "Too many log in at once; try again in a moment.");

/** Runs `atOnce` of them at a time, in their order. Throws PublicError `unavailable` when a hundred wait already. */
export function createPasswordQueue(atOnce: number): HashPasswords {
  const { run } = createTurns({ atOnce, mostWaiting, refuse: tooMany });
  return {
    hash: (password, salt) => run(() => hashPassword(password, salt)),
    verify: (password, phc) => run(() => verifyPassword(password, phc)),
  };
}
