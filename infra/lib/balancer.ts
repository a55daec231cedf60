import { Duration, type Stack } from "aws-cdk-lib";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import {
  type ApplicationListener,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetGroupLoadBalancingAlgorithmType,
  TargetType,
} from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { drainSeconds, type ServerRole } from "./environment.ts";
import { type Network, serverPort } from "./network.ts";
import { cdnHostOf, type Setup } from "./setup.ts";

export interface Balancer {
  readonly balancer: ApplicationLoadBalancer;
  readonly targets: Readonly<Record<ServerRole, ApplicationTargetGroup>>;
}

/** What the side of ads answers (`docs/operations.md`); all else is management's. A rule has room for five paths. */
export const adPaths: readonly (readonly string[])[] = [
  ["/v1/ads", "/v1/places", "/v1/explain", "/v1/conversions", "/v1/system"],
  ["/v1/ssps/*/health", "/v1/activity", "/t/*", "/openrtb2/*", "/pourquoi/*"],
  ["/tag/*", "/media/*", "/creatives/*/frame", "/boutiques/*"],
];

/** Nothing new is sent to a task that leaves, for as long as it drains and the slowest request in flight takes (5 s). */
export const deregistrationSeconds = drainSeconds + 5;
/** Shorter than the 65 s for which the server keeps a connection: never is one used that it has just closed. */
const idleSeconds = 60;

/** The front door: TLS, paths to the two services, pictures and tags that browsers ask here for to the CDN. */
export function addBalancer(stack: Stack, setup: Setup, network: Network, logs: Bucket): Balancer {
  const balancer = new ApplicationLoadBalancer(stack, "Balancer", {
    vpc: network.vpc,
    internetFacing: true,
    vpcSubnets: { subnetGroupName: "public" },
    securityGroup: network.groups.balancer,
    idleTimeout: Duration.seconds(idleSeconds),
    // Exchanges keep theirs for long.
    clientKeepAlive: Duration.minutes(60),
    dropInvalidHeaderFields: true,
    deletionProtection: setup.size.keepsData,
  });
  balancer.logAccessLogs(logs, "balancer");
  const targets = {
    ads: addTarget(stack, network, "Ads"),
    management: addTarget(stack, network, "Management"),
  };
  balancer.addListener("Plain", {
    port: 80,
    open: false,
    defaultAction: ListenerAction.redirect({ protocol: "HTTPS", port: "443", permanent: true }),
  });
  addRules(addSecure(stack, setup, balancer, targets.management), setup, targets);
  return { balancer, targets };
}

function addTarget(stack: Stack, network: Network, name: string): ApplicationTargetGroup {
  return new ApplicationTargetGroup(stack, `${name}Targets`, {
    vpc: network.vpc,
    port: serverPort,
    protocol: ApplicationProtocol.HTTP,
    targetType: TargetType.IP,
    deregistrationDelay: Duration.seconds(deregistrationSeconds),
    loadBalancingAlgorithmType: TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
    healthCheck: {
      path: "/readyz",
      healthyHttpCodes: "200",
      interval: Duration.seconds(5),
      timeout: Duration.seconds(2),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
    },
  });
}

/** The certificate waits, as it is made, for the DNS record that shows whose the name is. */
function addSecure(
  stack: Stack,
  setup: Setup,
  balancer: ApplicationLoadBalancer,
  otherwise: ApplicationTargetGroup,
): ApplicationListener {
  const certificate = new Certificate(stack, "Certificate", {
    domainName: setup.size.domain,
    validation: CertificateValidation.fromDns(),
  });
  return balancer.addListener("Secure", {
    port: 443,
    open: false,
    certificates: [certificate],
    sslPolicy: SslPolicy.TLS13_RES,
    defaultTargetGroups: [otherwise],
  });
}

/** Sent by the CDN with what it asks for: without it, browsers are sent to the CDN. */
export const fromCdnHeader = "x-atelier-cdn";

function addRules(
  listener: ApplicationListener,
  setup: Setup,
  { ads }: Readonly<Record<ServerRole, ApplicationTargetGroup>>,
): void {
  const cached = ListenerCondition.pathPatterns(["/media/*", "/tag/*"]);
  listener.addAction("Cdn", {
    priority: 5,
    conditions: [cached, ListenerCondition.httpHeader(fromCdnHeader, ["1"])],
    action: ListenerAction.forward([ads]),
  });
  listener.addAction("ToCdn", {
    priority: 10,
    conditions: [cached, ListenerCondition.httpRequestMethods(["GET", "HEAD"])],
    action: ListenerAction.redirect({
      host: cdnHostOf(setup),
      protocol: "HTTPS",
      port: "443",
      permanent: true,
    }),
  });
  adPaths.forEach((paths, index) => {
    listener.addAction(`Ads${index + 1}`, {
      priority: 20 + index,
      conditions: [ListenerCondition.pathPatterns([...paths])],
      action: ListenerAction.forward([ads]),
    });
  });
}
