import { CfnOutput, Duration, type Stack } from "aws-cdk-lib";
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { CfnLoggingConfiguration, CfnWebACL } from "aws-cdk-lib/aws-wafv2";
import { fromCdnHeader } from "./balancer.ts";
import { addAccessLogs } from "./buckets.ts";
import { logDays, removalOf } from "./keeping.ts";
import { cdnHostOf, type Setup } from "./setup.ts";

/** Requests of one address in five minutes; a page with ads asks for some ten files. */
const requestsOfAddress = 10_000;

/** The CDN of tags and pictures with its firewall: AWS has both in its first region only, so that this stack is there. */
export function addEdge(stack: Stack, setup: Setup): Distribution {
  const firewall = addFirewall(stack, setup);
  const origin = new HttpOrigin(setup.size.domain, {
    protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    customHeaders: { [fromCdnHeader]: "1" },
    connectionTimeout: Duration.seconds(3),
    readTimeout: Duration.seconds(10),
  });
  const cached = cachedFiles(stack, setup, origin);
  const certificate = new Certificate(stack, "Certificate", {
    domainName: cdnHostOf(setup),
    validation: CertificateValidation.fromDns(),
  });
  const distribution = new Distribution(stack, "Cdn", {
    comment: `Tags and pictures of Atelier, ${setup.stage}`,
    domainNames: [cdnHostOf(setup)],
    certificate,
    webAclId: firewall.attrArn,
    // Nothing but these two kinds of files comes from here: other paths are asked for as pictures, and are none.
    defaultBehavior: cached,
    additionalBehaviors: { "/tag/*": cached, "/media/*": cached },
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    httpVersion: HttpVersion.HTTP2_AND_3,
    // Europe and North America.
    priceClass: PriceClass.PRICE_CLASS_100,
    enableLogging: true,
    logBucket: addAccessLogs(stack, setup),
    logFilePrefix: "cdn/",
  });
  new CfnOutput(stack, "CdnName", { value: distribution.distributionDomainName });
  return distribution;
}

/** As long as the server says: tags for minutes, pictures, whose names are their content, for ever. */
function cachedFiles(stack: Stack, setup: Setup, origin: HttpOrigin): BehaviorOptions {
  const cachePolicy = new CachePolicy(stack, "Files", {
    cachePolicyName: `atelier-${setup.stage}-files`,
    queryStringBehavior: CacheQueryStringBehavior.none(),
    enableAcceptEncodingBrotli: true,
    enableAcceptEncodingGzip: true,
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.minutes(5),
    maxTtl: Duration.days(365),
  });
  return {
    origin,
    cachePolicy,
    responseHeadersPolicy: ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS,
    allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    compress: true,
  };
}

function addFirewall(stack: Stack, setup: Setup): CfnWebACL {
  const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
    cloudWatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
    metricName,
  });
  const managed = (name: string, priority: number): CfnWebACL.RuleProperty => ({
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
    visibilityConfig: visible(name),
  });
  const firewall = new CfnWebACL(stack, "Firewall", {
    scope: "CLOUDFRONT",
    defaultAction: { allow: {} },
    visibilityConfig: visible(`atelier-${setup.stage}`),
    rules: [
      {
        name: "TooMany",
        priority: 0,
        action: { block: {} },
        statement: {
          rateBasedStatement: { aggregateKeyType: "IP", limit: requestsOfAddress },
        },
        visibilityConfig: visible("TooMany"),
      },
      managed("AWSManagedRulesAmazonIpReputationList", 1),
      managed("AWSManagedRulesCommonRuleSet", 2),
      managed("AWSManagedRulesKnownBadInputsRuleSet", 3),
    ],
  });
  logBlocked(stack, setup, firewall);
  return firewall;
}

/** What was blocked, without cookies. */
function logBlocked(stack: Stack, setup: Setup, firewall: CfnWebACL): void {
  const group = new LogGroup(stack, "FirewallLogs", {
    // AWS takes groups of this beginning only.
    logGroupName: `aws-waf-logs-atelier-${setup.stage}`,
    retention: logDays(setup.size.logDays),
    removalPolicy: removalOf({ keepsData: false }),
  });
  const blocked = { ActionCondition: { Action: "BLOCK" } };
  new CfnLoggingConfiguration(stack, "FirewallLogging", {
    resourceArn: firewall.attrArn,
    logDestinationConfigs: [group.logGroupArn],
    redactedFields: [{ singleHeader: { Name: "cookie" } }],
    loggingFilter: {
      DefaultBehavior: "DROP",
      Filters: [{ Behavior: "KEEP", Requirement: "MEETS_ANY", Conditions: [blocked] }],
    },
  });
}
