import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetUpError, say } from "./say.mjs";

export const repository = fileURLToPath(new URL("../..", import.meta.url));
const modules = join(repository, "node_modules");
const stampFile = join(modules, ".atelier-lock");
const wantedNode = 24;

/**
 * Installs exactly what the lockfile says where that is not there yet.
 * @param {boolean} withDevelopment also what only development, tests and the embedded start need
 */
export async function installPackages(withDevelopment) {
  const hash = createHash("sha256")
    .update(readFileSync(join(repository, "package-lock.json")))
    .digest("hex");
  const wanted = `${hash} ${withDevelopment ? "all" : "production"}`;
  const stamp = readText(stampFile);
  if (stamp === wanted || stamp === `${hash} all`) return;
  if (!isInstalled(withDevelopment)) await npmCi(withDevelopment);
  writeFileSync(stampFile, wanted);
}

/** Compares the lockfile with the one that npm keeps of what it has installed: an installation by hand is good too. */
function isInstalled(withDevelopment) {
  const there = readJson(join(modules, ".package-lock.json"))?.packages;
  const locked = readJson(join(repository, "package-lock.json")).packages;
  if (there === undefined) return false;
  for (const [path, entry] of Object.entries(locked)) {
    if (path === "" || entry.optional || entry.devOptional || (entry.dev && !withDevelopment))
      continue;
    if (there[path]?.version !== entry.version) return false;
  }
  return Object.entries(there).every(([path, entry]) => locked[path]?.version === entry.version);
}

async function npmCi(withDevelopment) {
  // npm ci empties the folder, and would empty the one that the link points to.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new SetUpError(
      `${modules} is a link to packages of another lockfile: remove the link and run the same command again.`,
    );
  }
  say(`installing the packages of the lockfile (npm ci), once`);
  // Our code makes the links that install scripts would make: no package runs code while it is installed.
  const flags = [
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--include=optional",
  ];
  flags.push("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000");
  flags.push(withDevelopment ? "--include=dev" : "--omit=dev");
  const startedAt = Date.now();
  const progress = setInterval(
    () => say(`still installing (${Math.round((Date.now() - startedAt) / 1000)} s)`),
    5_000,
  );
  const { code, output } = await runNpm(["ci", ...flags]).finally(() => clearInterval(progress));
  if (code !== 0) throw new SetUpError(explainNpm(output));
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** The npm that called us if any: the one on the PATH may be another. */
function runNpm(args) {
  const cli = process.env.npm_execpath;
  const viaNode = cli?.endsWith(".js") && existsSync(cli);
  const [command, all] = viaNode ? [process.execPath, [cli, ...args]] : ["npm", args];
  // A production environment must not drop what `npm start` needs.
  const env = { ...process.env, NODE_ENV: "development" };
  return new Promise((resolve) => {
    const child = spawn(command, all, { cwd: repository, env, stdio: ["ignore", "pipe", "pipe"] });
    const stop = (signal) => {
      child.kill(signal);
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const finish = (outcome) => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve(outcome);
    };
    let output = "";
    const collect = (data) => {
      output += data;
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("error", (error) => finish({ code: 1, output: error.message }));
    child.once("close", (code) => finish({ code, output }));
  });
}

function explainNpm(output) {
  const lines = output
    .trim()
    .split("\n")
    .map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim());
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|EHOSTUNREACH|ERR_SOCKET/.test(
      output,
    )
  ) {
    return "The packages could not be fetched: npm does not reach its registry. Connect to the network, or name a mirror with `npm config set registry URL`, then run the same command again.";
  }
  if (/SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_HAS_EXPIRED/.test(output)) {
    return "The packages could not be fetched: npm does not trust its registry's certificate. Name your authority's file with NODE_EXTRA_CA_CERTS, then run the same command again.";
  }
  if (/ENOSPC/.test(output))
    return "The packages could not be installed: the disk is full. Free 1 GB and run the same command again.";
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return `The packages could not be installed: ${repository} is not writable for this user. Change that, or copy the folder elsewhere.`;
  }
  if (/ENOENT/.test(output) && lines.length === 1)
    return "There is no npm on this machine's PATH: install it (it comes with Node from https://nodejs.org).";
  return `npm ci failed: ${lines
    .filter((line) => line !== "")
    .slice(0, 3)
    .join("; ")}`;
}

/** The Node that runs everything: the current LTS that npm installed, else this one where it is new enough. */
export function chooseNode() {
  const installed = join(modules, ".bin", "node");
  if (existsSync(installed)) {
    try {
      execFileSync(installed, ["--version"], { stdio: "ignore" });
      return installed;
    } catch {
      // Made for another C library (Alpine): fall through to the machine's own.
    }
  }
  if (Number(process.versions.node.split(".")[0]) >= wantedNode) return process.execPath;
  throw new SetUpError(
    `On ${process.platform} ${process.arch} npm has no Node ${wantedNode} for us, and this one is ${process.versions.node}: install Node ${wantedNode} from https://nodejs.org and run the same command again.`,
  );
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function readJson(path) {
  const text = readText(path);
  return text === "" ? undefined : JSON.parse(text);
}
