import { Duration, type Stack } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TextWidget,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Setup } from "./setup.ts";
import { metricsNamespace, roleDimension } from "./telemetry.ts";
import { type WatchedMetric, watchedMetrics } from "./watchedMetrics.ts";

/** A limit of something of AWS's own. */
export interface WatchedResource {
  readonly name: string;
  readonly metric: IMetric;
  readonly above?: number;
  readonly below?: number;
  readonly minutes: number;
  readonly means: string;
}

/** An alarm for each limit, and a dashboard of all that is watched. Whoever is to know subscribes to the topic. */
export function addObservability(
  stack: Stack,
  setup: Setup,
  topic: Topic,
  resources: readonly WatchedResource[],
): void {
  const ours = watchedMetrics.map((watched) => ({ watched, metrics: metricsOf(watched) }));
  for (const { watched, metrics } of ours)
    for (const { role, metric } of metrics) {
      if (watched.alarm === undefined) continue;
      const name = `${watched.name}-${role}`;
      addAlarm(stack, topic, { name, metric, ...watched.alarm });
    }
  for (const resource of resources) addAlarm(stack, topic, resource);
  const dashboard = new Dashboard(stack, "Dashboard", {
    dashboardName: `Atelier-${setup.stage}`,
    defaultInterval: Duration.hours(6),
  });
  const graph = (title: string, left: readonly IMetric[]): GraphWidget =>
    new GraphWidget({ title, left: [...left], width: 8, height: 6 });
  const about =
    "# Atelier\nWhat each metric means: docs/operations.md. What each alarm asks for is in its description.";
  dashboard.addWidgets(new TextWidget({ markdown: about, width: 24, height: 2 }));
  dashboard.addWidgets(
    ...ours.map(({ watched, metrics }) =>
      graph(
        watched.title,
        metrics.map(({ metric }) => metric),
      ),
    ),
  );
  dashboard.addWidgets(...resources.map(({ name, metric }) => graph(name, [metric])));
}

function metricsOf(
  watched: WatchedMetric,
): readonly { readonly role: string; readonly metric: Metric }[] {
  return watched.roles.map((role) => ({
    role,
    metric: new Metric({
      namespace: metricsNamespace,
      metricName: watched.name,
      dimensionsMap: { [roleDimension]: role },
      statistic: watched.statistic,
      period: Duration.minutes(1),
      label: role,
    }),
  }));
}

function addAlarm(stack: Stack, topic: Topic, watched: WatchedResource): void {
  const { name, metric, above, below, minutes, means } = watched;
  const alarm = new Alarm(stack, `Alarm-${name}`, {
    alarmDescription: means,
    metric,
    threshold: above ?? below ?? 0,
    evaluationPeriods: minutes,
    comparisonOperator:
      above === undefined
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
    // Nobody who leads tells nothing; a counter that nobody moves tells nothing either.
    treatMissingData:
      above === undefined ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
}
