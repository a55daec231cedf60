import { BatchCreatePartitionCommand, GetTableCommand, GlueClient } from "@aws-sdk/client-glue";

/** A partition of the lake: where the rows of one hour lie. */
export interface HourPartition {
  readonly Values: readonly string[];
  readonly StorageDescriptor: Readonly<Record<string, unknown>> & { readonly Location: string };
}

const hoursOfDay = 24;
const dayMs = 86_400_000;
/** Glue takes a hundred at once. */
const batchSize = 100;

/** The hours of a day (UTC) and of those after it, as partitions of a table that lies at `location`. */
export function partitionsOf(
  descriptor: Readonly<Record<string, unknown>> & { readonly Location: string },
  fromMs: number,
  days: number,
): readonly HourPartition[] {
  const location = descriptor.Location.replace(/\/$/, "");
  return Array.from({ length: days * hoursOfDay }, (_, index) => {
    const day = new Date(fromMs + Math.floor(index / hoursOfDay) * dayMs)
      .toISOString()
      .slice(0, 10);
    const hour = String(index % hoursOfDay).padStart(2, "0");
    const Location = `${location}/date=${day}/hour=${hour}/`;
    return { Values: [day, hour], StorageDescriptor: { ...descriptor, Location } };
  });
}

/**
 * The function on AWS, every morning: today's hours and the next two days' of each table, so that Redshift and Athena find what
 * Firehose writes. Hours that are there already are left as they are.
 */
export async function handler(): Promise<void> {
  const glue = new GlueClient();
  const DatabaseName = process.env.DATABASE;
  for (const TableName of (process.env.TABLES ?? "").split(",")) {
    const answer = await glue.send(new GetTableCommand({ DatabaseName, Name: TableName }));
    const { StorageDescriptor } = answer.Table as {
      readonly StorageDescriptor: HourPartition["StorageDescriptor"];
    };
    const all = partitionsOf(StorageDescriptor, Date.now(), 3);
    for (let from = 0; from < all.length; from += batchSize) {
      const PartitionInputList = all.slice(from, from + batchSize);
      const made = await glue.send(
        new BatchCreatePartitionCommand({ DatabaseName, TableName, PartitionInputList }),
      );
      refuse(made.Errors as readonly PartitionFault[] | undefined, TableName);
    }
  }
}

interface PartitionFault {
  readonly ErrorDetail?: { readonly ErrorCode?: string; readonly ErrorMessage?: string };
}

function refuse(faults: readonly PartitionFault[] = [], table: string): void {
  const real = faults.filter(
    ({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException",
  );
  if (real.length > 0)
    throw new Error(`${table}: ${real[0]?.ErrorDetail?.ErrorMessage ?? "refused"}`);
}
