/** A template as far as it is drawn. */
export interface DrawnStack {
  readonly name: string;
  readonly template: {
    readonly Resources?: Readonly<
      Record<string, { readonly Type: string; readonly Properties?: unknown }>
    >;
    readonly Outputs?: Readonly<
      Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>
    >;
  };
}

/** Everything of one kind in a stack. */
export interface GraphNode {
  /** "Data/Postgres" */
  readonly id: string;
  readonly layer: string;
  readonly name: string;
  readonly count: number;
}

export interface Graph {
  readonly layers: readonly string[];
  readonly nodes: readonly GraphNode[];
  /** From who knows of the other. */
  readonly edges: readonly (readonly [string, string])[];
}

/** Who names these is what they lead to. */
const reversed = "Ways to tasks";

/** What is drawn; all else (roles, rules, subnets) only leads from one to another. */
const drawn: Readonly<Record<string, string>> = {
  "AWS::EC2::NatGateway": "NAT",
  "AWS::RDS::DBInstance": "Postgres",
  "AWS::RDS::DBProxy": "Postgres proxy",
  "AWS::ElastiCache::ReplicationGroup": "Redis cluster",
  "AWS::DynamoDB::Table": "Scores (DynamoDB)",
  "AWS::S3::Bucket": "Buckets (S3)",
  "AWS::SecretsManager::Secret": "Secrets",
  "AWS::Kinesis::Stream": "Events (Kinesis)",
  "AWS::KinesisFirehose::DeliveryStream": "Firehose to Parquet",
  "AWS::Lambda::Function": "Functions (Lambda)",
  "AWS::Glue::Table": "Catalogue (Glue)",
  "AWS::SQS::Queue": "Dead letters (SQS)",
  "AWS::RedshiftServerless::Workgroup": "Redshift Serverless",
  "AWS::ECS::Service": "Services (ECS)",
  "AWS::ElasticLoadBalancingV2::LoadBalancer": "Balancer (ALB)",
  "AWS::ElasticLoadBalancingV2::TargetGroup": reversed,
  "AWS::Scheduler::Schedule": "Scheduled batches",
  "AWS::CloudWatch::Alarm": "Alarms",
  "AWS::CloudWatch::Dashboard": "Dashboard",
  "AWS::SNS::Topic": "Alarm topic (SNS)",
  "AWS::Budgets::Budget": "Budget",
  "AWS::CloudFront::Distribution": "CDN (CloudFront)",
  "AWS::WAFv2::WebACL": "Firewall (WAF)",
};

/** Resources that only join two others: an edge from what one property names to what another does. */
const joining: Readonly<Record<string, readonly [string, string]>> = {
  "AWS::Lambda::EventSourceMapping": ["EventSourceArn", "FunctionName"],
  "AWS::ElasticLoadBalancingV2::Listener": ["LoadBalancerArn", "DefaultActions"],
  "AWS::ElasticLoadBalancingV2::ListenerRule": ["ListenerArn", "Actions"],
  "AWS::SecretsManager::RotationSchedule": ["RotationLambdaARN", "SecretId"],
};

/** What these name is left out, as it would hide the rest: where a balancer writes who asked, and that everything is watched. */
const passive = new Set([
  "AWS::ElasticLoadBalancingV2::LoadBalancer",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
]);
/** What stands where, and who knows of whom, from the templates alone. `prefix`: what their names begin with ("AtelierProd"). */
export function readGraph(stacks: readonly DrawnStack[], prefix: string): Graph {
  const resources = indexOf(stacks, prefix);
  const nodes = new Map<string, GraphNode>();
  for (const { node, layer, name } of resources.values()) {
    if (node === null) continue;
    nodes.set(node, {
      id: node,
      layer,
      name: name ?? "",
      count: (nodes.get(node)?.count ?? 0) + 1,
    });
  }
  const edges = new Map<string, readonly [string, string]>();
  const add = (from: string, to: string): void => {
    const [asker, asked] =
      to.endsWith(`/${reversed}`) && from.endsWith("(ECS)") ? [to, from] : [from, to];
    if (asker !== asked) edges.set(`${asker}>${asked}`, [asker, asked]);
  };
  for (const known of resources.values())
    for (const [from, to] of edgesOf(known, resources)) add(from, to);
  const layers = stacks.map(({ name }) => name.slice(prefix.length));
  return { layers, nodes: [...nodes.values()], edges: [...edges.values()] };
}

interface Known {
  readonly type: string;
  readonly layer: string;
  readonly node: string | null;
  readonly name: string | null;
  /** Ids ("stack/logical id") that its properties name. */
  readonly names: readonly string[];
  /** The same of one property. */
  readonly namedBy: (property: string) => readonly string[];
}

function edgesOf(
  known: Known,
  resources: ReadonlyMap<string, Known>,
): readonly (readonly [string, string])[] {
  const pairs = (from: Iterable<string>, to: ReadonlySet<string>) =>
    [...from].flatMap((one) => [...to].map((other) => [one, other] as const));
  if (known.type === "AWS::IAM::Policy") {
    const roles = known.namedBy("Roles");
    const holders = [...resources.values()].filter(
      ({ node, names }) => node !== null && roles.some((role) => leadsTo(names, role, resources)),
    );
    const allowed = reach(known.namedBy("PolicyDocument"), resources);
    return pairs(new Set(holders.map(({ node }) => node ?? "")), allowed);
  }
  const join = joining[known.type];
  if (join !== undefined) {
    const [from, to] = join.map((property) => reach(known.namedBy(property), resources));
    return pairs(from ?? [], to ?? new Set());
  }
  if (known.node === null || passive.has(known.type)) return [];
  return pairs([known.node], reach(known.names, resources));
}

/** Whether names lead to a resource, directly or through one that is not drawn. */
function leadsTo(
  names: readonly string[],
  wanted: string,
  resources: ReadonlyMap<string, Known>,
): boolean {
  return names.some((name) => {
    const known = resources.get(name);
    return name === wanted || (known?.node === null && known.names.includes(wanted));
  });
}

function indexOf(stacks: readonly DrawnStack[], prefix: string): ReadonlyMap<string, Known> {
  const exports = new Map<string, string>();
  for (const { name, template } of stacks)
    for (const { Value, Export } of Object.values(template.Outputs ?? {}))
      for (const target of referencesOf(Value, name, exports))
        if (typeof Export?.Name === "string") exports.set(Export.Name, target);
  const all = new Map<string, Known>();
  for (const { name: stack, template } of stacks)
    for (const [id, { Type, Properties }] of Object.entries(template.Resources ?? {})) {
      const layer = stack.slice(prefix.length);
      const name = drawn[Type] ?? null;
      const node = name === null ? null : `${layer}/${name}`;
      const names = referencesOf(Properties, stack, exports);
      const namedBy = (property: string) =>
        referencesOf((Properties as Record<string, unknown>)?.[property], stack, exports);
      all.set(`${stack}/${id}`, { type: Type, layer, node, name, names, namedBy });
    }
  return all;
}

/** Drawn things that are named, or are named by what is named and not drawn itself. */
function reach(
  names: readonly string[],
  resources: ReadonlyMap<string, Known>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const queue = [...names];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const known = resources.get(next);
    if (known === undefined || seen.has(next)) continue;
    seen.add(next);
    if (known.node !== null) found.add(known.node);
    else if (!known.type.startsWith("AWS::EC2::")) queue.push(...known.names);
  }
  return found;
}

function referencesOf(
  value: unknown,
  stack: string,
  exports: ReadonlyMap<string, string>,
): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => referencesOf(one, stack, exports));
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "Ref" && typeof inner === "string") return [`${stack}/${inner}`];
    if (key === "Fn::GetAtt") return [`${stack}/${[inner].flat()[0]}`];
    if (key === "Fn::ImportValue")
      return [exports.get(String(inner)) ?? ""].filter((one) => one !== "");
    return referencesOf(inner, stack, exports);
  });
}
