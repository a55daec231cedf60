import { parseArgs } from "node:util";
import { isKindName, type KindName, kinds } from "./kinds.ts";
import type { RowChoice, Timing } from "./rows.ts";

export interface BenchOptions extends RowChoice, Timing {
  /** `--micro`: only the parts, by golden cases. */
  readonly micro: boolean;
  /** `--list`: only the names of the rows. */
  readonly list: boolean;
  /** Campaigns of the snapshot that is built beside a serving loop; 0 = none is. */
  readonly snapshotCampaigns: number;
  /** Of the generator. Enough that a server which waits for its stores still has something to do: its core is what is measured. */
  readonly connections: number;
}

/** Throws an Error that says what is wrong with the arguments. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      kinds: { type: "string", multiple: true, default: [] },
      micro: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      snapshot: { type: "string" },
      most: { type: "string", default: "1000000" },
      connections: { type: "string", default: "256" },
    },
  });
  const wanted = values.kinds.flatMap((text) => text.split(",")).map((text) => text.trim());
  const unknown = wanted.filter((name) => !isKindName(name));
  if (unknown.length > 0)
    throw new Error(
      `--kinds does not know ${unknown.join(", ")}: it takes ${Object.keys(kinds).join(", ")}`,
    );
  const isWhole = values.only.length === 0 && wanted.length === 0;
  const mostCampaigns = Number(values.most);
  const snapshotCampaigns = Number(values.snapshot ?? (isWhole ? mostCampaigns : 0));
  if (!Number.isSafeInteger(snapshotCampaigns) || snapshotCampaigns < 0)
    throw new Error("--snapshot takes a number of campaigns, 0 for none");
  const connections = Number(values.connections);
  if (!Number.isSafeInteger(connections) || connections < 1 || connections > 4_096)
    throw new Error("--connections takes a number from 1 to 4096");
  if (!(mostCampaigns > 0)) throw new Error("--most takes a number of campaigns");
  return {
    ...timingOf(values.quick),
    only: values.only,
    mostCampaigns,
    kinds: wanted.filter((name): name is KindName => isKindName(name)),
    micro: values.micro,
    list: values.list,
    snapshotCampaigns,
    connections,
  };
}

/** Until the engine has compiled what is hot: the first five seconds of a filled ad cost half as much again. */
function timingOf(quick: boolean): Timing {
  return quick
    ? { rounds: 3, seconds: 2, warmUpSeconds: 4 }
    : { rounds: 5, seconds: 5, warmUpSeconds: 6 };
}
