import { type App, Stack } from "aws-cdk-lib";
import { addBatches } from "./batches.ts";
import { addConsumers } from "./consumers.ts";
import { addMonthlyBudget, tagStack } from "./costs.ts";
import { addData } from "./data.ts";
import { addDeliveries } from "./delivery.ts";
import { addEdge } from "./edge.ts";
import type { Exception } from "./exceptions.ts";
import { readLakeTables } from "./glueTables.ts";
import { addLake } from "./lake.ts";
import { checkedApp } from "./nag.ts";
import { addGroups, addNetwork } from "./network.ts";
import { addObservability } from "./observability.ts";
import { addServices } from "./service.ts";
import { type Setup, stackName } from "./setup.ts";
import { addStream } from "./stream.ts";
import { addAlarmTopic } from "./topics.ts";
import { addWarehouse } from "./warehouse.ts";
import { watchedResources } from "./watchedResources.ts";

/** Where CloudFront's certificates and firewalls are, whatever the region of the rest. */
const edgeRegion = "us-east-1";

/** The whole system of a stage, a stack a layer, each standing on those before it. */
export function buildApp(
  setup: Setup,
  outdir: string,
  onExcepted: (exception: Exception) => void = () => undefined,
): App {
  const app = checkedApp(outdir, onExcepted);
  const layer = (name: string, region = setup.region): Stack => {
    const env = { region, ...(setup.account === null ? {} : { account: setup.account }) };
    const stack = new Stack(app, stackName(setup, name), {
      env,
      description: `Atelier, ${setup.stage}: ${name}`,
      terminationProtection: setup.size.keepsData,
    });
    tagStack(stack, setup.stage, name);
    return stack;
  };
  const vpc = addNetwork(layer("Network"), setup);
  const stores = layer("Data");
  const network = { vpc, groups: addGroups(stores, vpc) };
  const data = addData(stores, setup, network);
  const lakeStack = layer("Lake");
  const stream = addStream(lakeStack, setup);
  const lake = addLake(lakeStack, setup, readLakeTables(), data.accessLogs);
  const deliveries = addDeliveries(lakeStack, setup, lake);
  const consumers = addConsumers(lakeStack, setup, stream, deliveries);
  addWarehouse(layer("Warehouse"), setup, network, lake);
  const serviceStack = layer("Service");
  const services = addServices(serviceStack, setup, { network, data, stream });
  const batchLetters = addBatches(serviceStack, setup, { network, data, lake, services });
  const watching = layer("Watch");
  const topic = addAlarmTopic(watching);
  const watched = { data, stream, deliveries, consumers, services, batchLetters };
  addObservability(watching, setup, topic, watchedResources(watched));
  addMonthlyBudget(watching, setup, topic);
  addEdge(layer("Edge", edgeRegion), setup);
  return app;
}
