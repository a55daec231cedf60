import { type App, RemovalPolicy, Stack, Tags } from "aws-cdk-lib";
import {
  FlowLogDestination,
  IpAddresses,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { addBudget, tagStack } from "../costs.ts";
import type { Exception } from "../exceptions.ts";
import { checkedApp } from "../nag.ts";
import { zonesOf } from "../setup.ts";
import { addAlarmTopic, addTopic } from "../topics.ts";
import { addPocLake } from "./pocLake.ts";
import type { PocOrder } from "./pocOrder.ts";
import { addPocService } from "./pocService.ts";
import { addPocStores, type PocPlace } from "./pocStores.ts";
import { addSelfDestruction } from "./selfDestruction.ts";

/** "AtelierPocFlorists" of "florists". */
export function pocStackName({ name }: Pick<PocOrder, "name">): string {
  const words = name.split("-").map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `AtelierPoc${words.join("")}`;
}

/**
 * A proof of concept: one stack with a network of its own, stores and a task that are paid by use, eyes on the lake, a budget, and an
 * end. Nothing of it outlives it.
 */
export function buildPoc(
  order: PocOrder,
  outdir: string,
  onExcepted: (exception: Exception) => void = () => undefined,
): App {
  const app = checkedApp(outdir, onExcepted);
  const stack = new Stack(app, pocStackName(order), {
    env: { region: order.region },
    description: `Proof of concept ${order.name}: deletes itself`,
    terminationProtection: false,
  });
  tagStack(stack, "poc", "Poc");
  Tags.of(stack).add("poc", order.name);
  Tags.of(stack).add("ends", new Date(order.endsAtMs).toISOString());
  const place = addPlace(stack, order);
  const role = addPocService(stack, order, place, addPocStores(stack, order, place));
  addPocLake(stack, order, role);
  const spent = addTopic(stack, "BudgetSpent");
  addBudget(stack, {
    name: `atelier-poc-${order.name}`,
    dollars: order.budgetDollars,
    tag: `poc$${order.name}`,
    topic: addAlarmTopic(stack),
    spent,
    timeUnit: "ANNUALLY",
  });
  addSelfDestruction(stack, order, spent);
  return app;
}

/** Two zones, as stores ask for; the task has an address of its own, so that no NAT is paid for. */
function addPlace(stack: Stack, order: PocOrder): PocPlace {
  const vpc = new Vpc(stack, "Vpc", {
    ipAddresses: IpAddresses.cidr("10.41.0.0/20"),
    availabilityZones: zonesOf(order.region).slice(0, 2),
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      { name: "store", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
    ],
  });
  const flows = new LogGroup(stack, "Flows", {
    retention: RetentionDays.THREE_DAYS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  vpc.addFlowLog("FlowLog", { destination: FlowLogDestination.toCloudWatchLogs(flows) });
  const task = new SecurityGroup(stack, "TaskGroup", {
    vpc,
    description: "The task: from those who try it, to its stores and the world",
    allowAllOutbound: true,
  });
  return { vpc, task };
}
