import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetUpError, say } from "./say.mjs";
import { repository } from "./setUp.mjs";
import { runNode } from "./supervise.mjs";

const infra = join(repository, "infra");
/** Types are taken out of the functions by Node itself, which says of that each time that it is new. */
const flags = ["--disable-warning=ExperimentalWarning"];

/** `npm run synth`: the templates of the AWS system; `--test` holds them against what is promised of them. */
export async function runSynth(args) {
  installInfra();
  if (!args.includes("--test")) return runNode([...flags, join(infra, "app.ts"), ...args]);
  const tsc = join(repository, "node_modules", ".bin", "tsc");
  const typesCode = await runNode([tsc, "-p", infra]);
  if (typesCode !== 0) return typesCode;
  return runNode([...flags, "--test", "--test-concurrency=1", join(infra, "test", "*.test.ts")]);
}

/** `npm run poc`: the template of a proof of concept. */
export function runPoc(args) {
  installInfra();
  return runNode([...flags, join(infra, "poc.ts"), ...args]);
}

/** The CDK is a package of its own, for those who need it: neither the server nor its tests install it. */
function installInfra() {
  const stamp = join(infra, "node_modules", ".atelier-lock");
  const lock = readFileSync(join(infra, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say("installing the packages of infra/ (npm ci), once: some 190 MB on the disk");
  try {
    const npmCi = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    execFileSync("npm", npmCi, { cwd: infra, stdio: ["ignore", "ignore", "inherit"] });
  } catch {
    throw new SetUpError("The packages of infra/ could not be installed: see above.");
  }
  writeFileSync(stamp, wanted);
}
