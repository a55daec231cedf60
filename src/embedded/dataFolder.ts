import { createHash } from "node:crypto";
import { access, constants, mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SetupError } from "../setupError.ts";

export interface DataFolder {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes the data folder if need be and takes it for this process alone, until `release` or the end of the process.
 * @throws SetupError when it cannot be used or another Atelier uses it
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = await makeFolder(path);
  const pidFile = join(folder, "atelier.pid");
  const lock = await takeLock(lockAddress(folder));
  if (lock === undefined) {
    const holder = (await readFile(pidFile, "utf8").catch(() => "")).trim();
    const who = holder === "" ? "another Atelier" : `another Atelier (process ${holder})`;
    throw new SetupError(
      `The data folder ${folder} is in use by ${who}: stop it, or choose another folder with ATELIER_DATA_DIR.`,
    );
  }
  await writeFile(pidFile, `${process.pid}\n`);
  return {
    path: folder,
    async release() {
      await rm(pidFile, { force: true });
      await new Promise((resolve) => lock.close(resolve));
    },
  };
}

async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o711 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    throw new SetupError(
      `The data folder ${path} cannot be used (${code}): make it readable and writable for this user, or choose another folder with ATELIER_DATA_DIR.`,
    );
  }
}

/** A listening socket is a lock that the system itself frees when its process dies, however it dies. */
function lockAddress(folder: string): string {
  const name = `atelier-${createHash("sha256").update(folder).digest("hex").slice(0, 24)}`;
  return process.platform === "linux" ? `\0${name}` : join(tmpdir(), `${name}.lock`);
}

async function takeLock(address: string): Promise<Server | undefined> {
  const first = await listen(address);
  if (first !== undefined || address.startsWith("\0")) return first;
  // A socket file outlives its process: it is stale when nobody answers.
  if (await answers(address)) return undefined;
  await rm(address, { force: true });
  return listen(address);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server.unref()));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
