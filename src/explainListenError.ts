import { SetupError } from "./setupError.ts";

/** Turns the failure of `server.listen` into one line that says what to do. */
export function explainListenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
): Error {
  if (error.code === "EADDRINUSE") {
    return new SetupError(
      `Port ${port} is in use by another program: stop it, or choose another port, for example PORT=${port + 1} npm start.`,
    );
  }
  if (error.code === "EACCES") {
    return new SetupError(
      `Port ${port} may not be opened by this user: choose one above 1023, for example PORT=8080 npm start.`,
    );
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new SetupError(
      `HOST is ${host}, which is not an address of this machine: use 127.0.0.1, 0.0.0.0 or leave it out.`,
    );
  }
  return error;
}
