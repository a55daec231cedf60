import { parseArgs } from "node:util";
import { certificationCases, certify } from "./certify/certify.ts";
import { createSend } from "./certify/send.ts";
import { conformanceTable } from "./certify/table.ts";

/**
 * `npm run ssp:certify -- --url URL [--key KEY] [--tmax MS] [--only TEXT]`: sends a suite of bid requests to an endpoint and prints what
 * it conforms to. All of them are `test` requests: nothing is held or billed. Ends with 1 when anything does not conform, with
 * 2 when nothing could be asked.
 */
const usage =
  "usage: npm run ssp:certify -- --url https://ads.example/openrtb2/bid/NAME [--key KEY] [--tmax MS] [--only TEXT]";

const usualTmaxMs = "300";

process.exitCode = await run();

async function run(): Promise<number> {
  const options = readOptions();
  if (typeof options === "string") {
    console.error(`${options}\n${usage}`);
    return 2;
  }
  const { url, key = null, only = "", tmaxMs } = options;
  const cases = certificationCases.filter(({ group, name }) => `${group}: ${name}`.includes(only));
  const { send, close } = createSend({ url, key });
  try {
    const results = await certify({ send, cases, tmaxMs });
    console.log(conformanceTable(results));
    return results.length > 0 && results.every(({ problems }) => problems.length === 0) ? 0 : 1;
  } catch (error) {
    console.error(`${url} does not answer: ${error instanceof Error ? error.message : error}`);
    return 2;
  } finally {
    close();
  }
}

function readOptions() {
  try {
    const options = {
      url: { type: "string" },
      key: { type: "string" },
      only: { type: "string" },
      tmax: { type: "string" },
    } as const;
    const { url = "", tmax = usualTmaxMs, ...rest } = parseArgs({ options }).values;
    if (!/^https?:/.test(url) || !URL.canParse(url))
      return "--url must be an address of http or https";
    if (!/^[1-9]\d{0,5}$/.test(tmax)) return "--tmax must be a number of milliseconds";
    return { ...rest, url, tmaxMs: Number(tmax) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
