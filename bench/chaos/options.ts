import { parseArgs } from "node:util";

/** What `npm run chaos` was asked to do. */
export interface Options {
  /** Names of faults; empty = all. */
  readonly only: readonly string[];
  /** Only says which faults there are. */
  readonly list: boolean;
  /** The table is written into docs/chaos.md too. */
  readonly write: boolean;
}

export const usage = `npm run chaos -- [flags]
  --only NAME[,NAME…]   only these faults; those of the cluster begin with "cluster-"
  --list                says which faults there are
  --write               puts the table into docs/chaos.md`;

/** Reads the flags. Throws an Error that says what is wrong. */
export function parseOptions(args: readonly string[], names: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", multiple: true },
      list: { type: "boolean" },
      write: { type: "boolean" },
    },
    strict: true,
  });
  const only = (values.only ?? []).flatMap((one) => one.split(","));
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join()}: there is no such fault`);
  return { only, list: values.list ?? false, write: values.write ?? false };
}
