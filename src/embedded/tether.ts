import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { RunAs } from "./runAs.ts";

/**
 * `sh` runs the server in the background and reads its own standard input, a pipe that only this process holds.
 * When this process ends, however it ends, the pipe closes and the server is asked to stop, then killed.
 * Arguments: stop signal, grace in tenths of a second, file for the server's process id, command, its arguments.
 */
const tetherScript = `
stop=$1 grace=$2 pidfile=$3; shift 3
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
[ -n "$pidfile" ] && echo "$server" > "$pidfile"
(
  while read -r line; do :; done
  kill -s "$stop" "$server"
  waited=0
  while kill -0 "$server" && [ "$waited" -lt "$grace" ]; do sleep 0.1; waited=$((waited + 1)); done
  kill -s KILL "$server"
) <&3 3<&- >/dev/null 2>&1 &
watcher=$!
exec 3<&- </dev/null
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
[ -n "$pidfile" ] && rm -f "$pidfile"
exit "$code"
`;

export interface TetheredServer {
  /** Resolves with the exit code when the server is gone (128 + signal when it was killed). Never rejects. */
  readonly exited: Promise<number>;
  /** Asks the server to stop, kills it after the grace; resolves when it is gone. Safe to call twice. */
  stop(): Promise<void>;
}

export interface TetherOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The user that the server runs as; undefined = ours. */
  readonly runAs?: RunAs | undefined;
  /** Standard output and error of the server; emptied at each start. */
  readonly logFile: string;
  /** Written with the server's process id, removed when it is gone. Must be writable by `runAs`. */
  readonly pidFile?: string;
  readonly stopSignal: "INT" | "TERM" | "KILL";
  /** How long the server may take to stop before it is killed. */
  readonly graceMs: number;
}

/** Starts a server that cannot outlive this process, even when this process is killed with SIGKILL. */
export function launchTethered(options: TetherOptions): TetheredServer {
  const log = openSync(options.logFile, "w");
  const graceTenths = String(Math.ceil(options.graceMs / 100));
  const child = spawn(
    "/bin/sh",
    [
      "-c",
      tetherScript,
      "tether",
      options.stopSignal,
      graceTenths,
      options.pidFile ?? "",
      options.command,
    ].concat(options.args),
    {
      stdio: ["pipe", log, log],
      // Its own process group: Ctrl-C in a terminal reaches us alone, and we stop the servers in order.
      detached: true,
      cwd: options.cwd,
      env: { ...options.env },
      ...options.runAs,
    },
  );
  closeSync(log);
  const exited = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 137)));
  });
  child.stdin?.on("error", () => undefined);
  return {
    exited,
    async stop() {
      child.stdin?.end();
      await exited;
    },
  };
}
