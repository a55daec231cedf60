import { execFile } from "node:child_process";

/** The folders of administration are on nobody's search path by default; dpkg and apt-get need them. */
const script = 'PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin" LC_ALL=C exec "$@"';

/**
 * Runs a program and returns its standard output.
 * @throws Error whose message is the last line that the program said
 */
export function runCommand(
  command: string,
  args: readonly string[],
  cwd?: string,
  timeoutMs = 180_000,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 };
    execFile(
      "/bin/sh",
      ["-c", script, "sh", command, ...args],
      options,
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(lastLine(stderr) || lastLine(stdout) || `${command} failed`));
      },
    );
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
