import { setTimeout as wait } from "node:timers/promises";
import { readEventSchemas } from "../stores/lake/eventSchemas.ts";
import { openLakeWarehouse } from "../stores/lake/lakeWarehouse.ts";
import { openLakeStorage } from "../stores/lake/openStorage.ts";
import type { WarehouseOrder } from "./insightsPass.ts";
import type { Warehouse } from "./warehousePorts.ts";

/** Opens a lake as it is now, or Redshift. What the other one needs is not loaded. */
export async function openWarehouse(order: WarehouseOrder): Promise<Warehouse> {
  if (order.kind === "lake") {
    const { storage, close } = openLakeStorage(order, { nowMs: Date.now });
    const lake = await openLakeWarehouse(storage, await readEventSchemas());
    return {
      ...lake,
      close() {
        lake.close();
        close();
      },
    };
  }
  const { createRedshiftClient } = await import("../stores/redshift/client.ts");
  const { createRedshiftWarehouse } = await import("../stores/redshift/redshiftWarehouse.ts");
  const { endpoint, region, ...target } = order;
  return createRedshiftWarehouse({
    client: createRedshiftClient({ endpoint, region, credentials: null }),
    target,
    wait: (ms) => wait(ms),
  });
}
