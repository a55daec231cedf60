import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../../src/embedded/freePort.ts";

export interface RunningDemo {
  readonly url: string;
  /** By what `npm start` says of somebody. */
  readonly people: ReadonlyMap<string, { readonly email: string; readonly password: string }>;
  readonly stop: () => Promise<void>;
}

const repository = join(import.meta.dirname, "..", "..");
const readyLine = /^Atelier is ready: (\S+)$/;
const personLine = /(\S+@\S+)\s+(\S+)\s+\((.+)\)$/;
const lastLine = /^Ctrl-C stops everything/;

const settingsOfPage = /<meta name="atelier-settings" content="([^"]*)"/;

/** A demo that runs already: its console offers the people to sign in as. Nothing is stopped. */
export async function demoAt(url: string): Promise<RunningDemo> {
  const page = await (await fetch(`${url}/console/`)).text();
  const content = (settingsOfPage.exec(page)?.[1] ?? "{}")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
  const { demo = [] } = JSON.parse(content) as {
    readonly demo?: readonly { who: string; email: string; password: string }[];
  };
  const people = new Map(demo.map(({ who, email, password }) => [who, { email, password }]));
  return { url, people, stop: async () => undefined };
}

/** The real embedded demo on a folder of its own, which goes with it. About half a minute. */
export async function startDemo(): Promise<RunningDemo> {
  const dataDir = await mkdtemp(join(tmpdir(), "atelier-pictures-"));
  const child = spawn(process.execPath, [join(repository, "src", "main.ts"), "start"], {
    cwd: repository,
    env: { ...process.env, PORT: String(await freePort()), ATELIER_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  const people = new Map<string, { email: string; password: string }>();
  let url = "";
  for await (const line of createInterface(child.stdout)) {
    url = readyLine.exec(line)?.[1] ?? url;
    const [, email, password, who] = personLine.exec(line) ?? [];
    if (email !== undefined && password !== undefined) people.set(who ?? "", { email, password });
    if (lastLine.test(line)) break;
  }
  child.stdout.resume();
  if (url !== "") return { url, people, stop };
  await stop();
  throw new Error("The demo did not start: see above.");
}
