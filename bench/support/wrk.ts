import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface LoadFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  /** Requests answered. */
  readonly answered: number;
}

export interface LoadTarget {
  readonly port: number;
  /** Where bodies are sent to; without any, each line of the file is a path to GET. */
  readonly path: string;
  readonly method?: "GET" | "POST";
  readonly connections: number;
}

/** A browser: programs that do not say to be one get no ads. */
export const userAgent =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

/** Lines are taken in turn; each request says another address, as behind a load balancer. */
const script = `
local lines, at, path, method = {}, 0, "", "POST"
-- Who says nothing of itself counts as a robot.
local browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
function init(args)
  path, method = args[2], args[3] or "POST"
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
end
function request()
  at = at + 1
  local address = (at % 200 + 1) .. "." .. (math.floor(at / 200) % 250) .. "." .. (math.floor(at / 50000) % 250) .. ".1"
  local line = lines[(at - 1) % #lines + 1]
  if method == "GET" then
    return wrk.format("GET", line, { ["X-Forwarded-For"] = address, ["User-Agent"] = browser })
  end
  local headers = { ["Content-Type"] = "application/json", ["X-Forwarded-For"] = address, ["User-Agent"] = browser }
  return wrk.format("POST", path, headers, line)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("figures %f %f %f %d %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.timeout + e.status, summary.requests))
end
`;

/** Writes wrk's script beside the bodies; answers the script's path. */
export async function writeScript(folder: string): Promise<string> {
  const path = `${folder}/load.lua`;
  await writeFile(path, script);
  return path;
}

/** Loads a path of a server from the second core. Rejects when wrk is not there. */
export async function load(
  { port, path, method = "POST", connections }: LoadTarget,
  scriptPath: string,
  linesFile: string,
  seconds: number,
): Promise<LoadFigures> {
  const { stdout } = await run("taskset", [
    ...["-c", "1", "wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-s", scriptPath],
    ...[`http://127.0.0.1:${port}${path || "/"}`, "--", linesFile, path, method],
  ]);
  const figures = /^figures (\S+) (\S+) (\S+) (\d+) (\d+)$/m.exec(stdout);
  if (figures === null) throw new Error(`wrk said nothing usable:\n${stdout}`);
  const [perSecond = 0, p50Ms = 0, p99Ms = 0, errors = 0, answered = 0] = figures
    .slice(1)
    .map(Number);
  return { perSecond, p50Ms, p99Ms, errors, answered };
}
