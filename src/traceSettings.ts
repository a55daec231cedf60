import { optional, withDefault } from "./defineSettings.ts";
import { givenSecret, ratio, text, url } from "./settingKinds.ts";

/** Where traces go, by the names that every user of OpenTelemetry knows. docs/operations.md says what is in them. */
export const traceSettings = {
  tracesEndpoint: optional(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    url(["http:", "https:"], "http://127.0.0.1:4318"),
    "A collector of OpenTelemetry traces (OTLP over HTTP; `/v1/traces` is added). Without it nothing is traced, and nothing of it is loaded.",
  ),
  tracesHeaders: optional(
    "OTEL_EXPORTER_OTLP_HEADERS",
    givenSecret,
    "What the collector is sent besides, `name=value,name=value`: keys of a provider.",
  ),
  tracesShare: withDefault(
    "OTEL_TRACES_SAMPLER_ARG",
    ratio,
    0.01,
    "The share of requests and jobs that are traced, 0 to 1. Callers who trace theirs have ten more a second traced by a node.",
  ),
  tracesService: withDefault(
    "OTEL_SERVICE_NAME",
    text("a name"),
    "atelier",
    "The service's name in traces.",
  ),
} as const;
