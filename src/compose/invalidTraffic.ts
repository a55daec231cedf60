import type { Config } from "../config.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { AddressRanges } from "../serving/addressRanges.ts";
import {
  type Caller,
  createCallerScreen,
  createSourceOf,
  type ScreenCaller,
  type TrafficRules,
  trustingRules,
} from "../serving/invalidTraffic.ts";
import type { EmitEvent, EventSource } from "../serving/ports.ts";

/** What one node knows of invalid traffic. */
export interface TrafficFilter {
  readonly rules: TrafficRules;
  /** What is invalid about who asks for ads, counted. */
  readonly screenRequest: ScreenCaller;
  /** Who caused an event; undefined = nobody is doubted. */
  readonly sourceOf: (caller: Caller) => EventSource | undefined;
  /** The event stream, with invalid events counted on their way. */
  readonly counting: (emit: EmitEvent) => EmitEvent;
}

/** The filter that the settings ask for. */
export function composeTrafficFilter(
  config: Config,
  dataCentres: () => AddressRanges | null,
  metrics: Metrics | null,
): TrafficFilter {
  if (config.invalidTraffic === "off") return trustingFilter;
  const screen = createCallerScreen({ dataCentres, appUserAgents: config.appUserAgents ?? [] });
  const requests = metrics?.counter(
    "atelier_invalid_requests_total",
    "Ad requests that were answered without ads, for their caller is nobody's.",
    ["reason"],
  );
  const events = metrics?.counter(
    "atelier_invalid_events_total",
    "Events that were recorded as nobody's and not charged.",
    ["kind", "reason"],
  );
  return {
    rules: rulesOf(config),
    screenRequest(caller) {
      const reason = screen(caller);
      if (reason !== null) requests?.add(1, { reason });
      return reason;
    },
    sourceOf: createSourceOf(config.visitorSecret, screen),
    counting: (emit) => (event) => {
      const { kind, invalidTraffic: reason } = event.payload;
      if (typeof kind === "string" && typeof reason === "string") events?.add(1, { kind, reason });
      emit(event);
    },
  };
}

const trustingFilter: TrafficFilter = {
  rules: trustingRules,
  screenRequest: () => null,
  sourceOf: () => undefined,
  counting: (emit) => emit,
};

function rulesOf(config: Config): TrafficRules {
  return {
    fastestClickMs: config.fastestClickMs,
    fastestViewMs: 900,
    duplicateClickMs: config.duplicateClickSeconds * 1_000,
    hourly: {
      viewsPerAddress: config.maxViewsPerAddress,
      clicksPerAddress: config.maxClicksPerAddress,
      viewsPerPerson: config.maxViewsPerPerson,
      clicksPerPerson: config.maxClicksPerPerson,
    },
  };
}
