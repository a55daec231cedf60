import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../golden/openrtb/requests/", import.meta.url);

/** The bodies of the golden requests that are good ones, as JSON texts: what to mutate, and what to send to a server. */
export const goldenBodies: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")))
  .filter(({ expected }) => expected.problem === undefined)
  .map(({ request }) => JSON.stringify(request));
