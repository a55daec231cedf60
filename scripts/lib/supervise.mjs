import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chooseNode, repository } from "./setUp.mjs";

const preload = new URL("./diesWithParent.mjs", import.meta.url).href;
const parentPollMs = 500;
/** A second Ctrl-C within this time is the terminal and npm telling us the same thing twice. */
const sameRequestMs = 2_000;

/**
 * Runs a program with the project's Node and waits for it. It ends when we do: signals to us, or to the npm that
 * called us, are passed on once; our own sudden death is noticed by its preload.
 * @returns {Promise<number>} its exit code (128 + n when a signal ended it)
 */
export function runNode(args, extraEnvironment = {}) {
  const path = `${join(repository, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn(chooseNode(), [`--import=${preload}`, ...args], {
    cwd: repository,
    env: { ...process.env, PATH: path, ATELIER_RUNNER: String(process.pid), ...extraEnvironment },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Its own process group: Ctrl-C reaches it through us only, once.
    detached: true,
  });
  const stopPassingOn = passOnRequests(child);
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.once("exit", (code, signal) => {
      stopPassingOn();
      resolve(code ?? (signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 137));
    });
  });
}

/** The first request to stop is passed on; one that comes later, from somebody who has waited, kills. */
function passOnRequests(child) {
  let firstAt;
  const request = (signal) => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      child.kill(signal);
    } else if (Date.now() - firstAt > sameRequestMs) child.kill("SIGKILL");
  };
  const signals = { SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGTERM" };
  const listeners = Object.entries(signals).map(([name, passedOn]) => [
    name,
    () => request(passedOn),
  ]);
  for (const [name, listener] of listeners) process.on(name, listener);
  const hasLostParent = parentWatch();
  const poll = setInterval(() => {
    if (firstAt === undefined && hasLostParent()) request("SIGTERM");
  }, parentPollMs);
  return () => {
    clearInterval(poll);
    for (const [name, listener] of listeners) process.off(name, listener);
  };
}

/**
 * Under npm: has npm gone? npm may stand behind a shell that outlives it. Without npm nobody is watched, so that
 * `nohup node scripts/run.mjs serve &` works as expected.
 */
function parentWatch() {
  if (process.env.npm_lifecycle_event === undefined) return () => false;
  const parent = process.ppid;
  const [grandparent, name] = describe(parent);
  const behindShell = /^-?(ba|da|z|k|a)?sh$/.test(name);
  return () => {
    if (process.ppid !== parent) return true;
    return behindShell && process.platform === "linux" && describe(parent)[0] !== grandparent;
  };
}

/** The parent's id and the name of a process. */
function describe(pid) {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const end = stat.lastIndexOf(")");
      return [stat.slice(end + 2).split(" ")[1], stat.slice(stat.indexOf("(") + 1, end)];
    } catch {
      return ["", ""];
    }
  }
  try {
    const [, parent = "", name = ""] =
      /^\s*(\d+)\s+(.*)$/.exec(
        execFileSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" }),
      ) ?? [];
    return [parent, name.split("/").pop() ?? ""];
  } catch {
    return ["", ""];
  }
}
