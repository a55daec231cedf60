import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import {
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { createSampler } from "./sampler.ts";
import type { Span, SpanFields, TraceHeaders, Tracing } from "./tracing.ts";

export interface TracingOptions {
  /** The collector's address, without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly fields: SpanFields;
  /** 0 to 1. */
  readonly share: number;
  /** See `createSampler`. */
  readonly mostOfCallers: number;
  /** Told of batches that could not be sent. */
  readonly onTrouble: (error: unknown) => void;
}

const sendMs = 2_000;
/** Spans that wait: some megabytes. */
const mostWaiting = 4_096;
const spansAtOnce = 512;
const sendEveryMs = 2_000;
const longestField = 200;

interface UnderWay {
  readonly context: Context;
  /** Ended with the request. */
  readonly tails: OtelSpan[];
  /** The time of a trace in this process, milliseconds since 1970: one clock that only goes on, finer than the system's. */
  readonly timeMs: () => number;
}

function beginAt(context: Context): UnderWay {
  const originMs = Date.now() - performance.now();
  return { context, tails: [], timeMs: () => originMs + performance.now() };
}

/** OpenTelemetry's own SDK behind our few words. Nothing global is set: each server in a process has its own. */
export function createOpenTelemetry(options: TracingOptions): Tracing {
  const listeners: Parameters<Tracing["hear"]>[0][] = [];
  const provider = createProvider(options, (spans, outcome) => {
    for (const listener of listeners) listener(spans, outcome);
  });
  const tracer = provider.getTracer("atelier");
  const current = new AsyncLocalStorage<UnderWay>();
  const run = <T>(
    begin: { readonly name: string; readonly kind: SpanKind; readonly fields: SpanFields },
    parent: UnderWay,
    work: (span: OtelSpan) => T,
  ): T => {
    const { name, kind, fields } = begin;
    const startTime = parent.timeMs();
    const span = tracer.startSpan(name, { kind, attributes: fields, startTime }, parent.context);
    const context = trace.setSpan(parent.context, span);
    return current.run({ ...parent, context }, work, span);
  };
  return {
    within(name, fields, work) {
      const parent = current.getStore();
      if (parent === undefined || !isRecorded(parent)) return work(nobody);
      return run({ name, fields, kind: SpanKind.INTERNAL }, parent, (span) =>
        endedWith(span, parent, () => work(spanOf(span, parent, []))),
      );
    },
    untilAnswered(name) {
      const parent = current.getStore();
      if (parent !== undefined && isRecorded(parent))
        parent.tails.push(tracer.startSpan(name, { startTime: parent.timeMs() }, parent.context));
    },
    receive(name, headers, work) {
      const parent = beginAt(contextOf(headers));
      return run({ name, fields: {}, kind: SpanKind.SERVER }, parent, (span) =>
        work(spanOf(span, parent, parent.tails)),
      );
    },
    job(name, work) {
      const parent = beginAt(ROOT_CONTEXT);
      return run({ name, fields: {}, kind: SpanKind.INTERNAL }, parent, (span) =>
        endedWith(span, parent, work),
      );
    },
    traceparent: () => headerOf(current.getStore()),
    hear: (listener) => void listeners.push(listener),
    close: () => provider.shutdown().catch(options.onTrouble),
  };
}

function createProvider(
  options: TracingOptions,
  tell: (spans: number, outcome: "sent" | "failed") => void,
): TracerProvider {
  const { endpoint, headers, serviceName, fields } = options;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: sendMs,
  });
  return new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": serviceName,
      "service.instance.id": randomUUID(),
      ...fields,
    }),
    sampler: samplerOf(options),
    spanLimits: {
      attributeCountLimit: 32,
      attributeValueLengthLimit: longestField,
      eventCountLimit: 0,
    },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: telling(exporter, tell, options.onTrouble),
        maxQueueSize: mostWaiting,
        maxExportBatchSize: spansAtOnce,
        scheduledDelayMillis: sendEveryMs,
        exportTimeoutMillis: sendMs + 500,
      }),
    ],
  });
}

/** The same exporter, which tells what became of each batch. */
function telling(
  exporter: SpanExporter,
  tell: (spans: number, outcome: "sent" | "failed") => void,
  onTrouble: (error: unknown) => void,
): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const isSent = result.code === 0;
        tell(spans.length, isSent ? "sent" : "failed");
        if (!isSent) onTrouble(result.error ?? new Error("traces were not taken"));
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function samplerOf({ share, mostOfCallers }: TracingOptions): Sampler {
  const isSampled = createSampler({
    share,
    mostOfCallers,
    random: Math.random,
    monotonicMs: () => performance.now(),
  });
  return {
    shouldSample(context) {
      const parent = trace.getSpanContext(context);
      const sampled = isSampled(
        parent === undefined
          ? null
          : {
              isRemote: parent.isRemote === true,
              isSampled: (parent.traceFlags & TraceFlags.SAMPLED) !== 0,
            },
      );
      return {
        decision: sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
      };
    },
    toString: () => "atelier",
  };
}

const isRecorded = ({ context }: UnderWay): boolean =>
  trace.getSpan(context)?.isRecording() ?? false;

const parentShape =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.{0,200})?$/;

/** Below the caller's span, where it names one as W3C has it; the trace's state is nobody's business here. */
function contextOf({ traceparent }: TraceHeaders): Context {
  const [, traceId, spanId, flags] = parentShape.exec(String(traceparent ?? "")) ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags ?? "", 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function headerOf(underWay: UnderWay | undefined): string | null {
  const own = underWay === undefined ? undefined : trace.getSpanContext(underWay.context);
  if (own === undefined) return null;
  const flags = (own.traceFlags & TraceFlags.SAMPLED) === 0 ? "00" : "01";
  return `00-${own.traceId}-${own.spanId}-${flags}`;
}

function endedWith<T>(span: OtelSpan, { timeMs }: UnderWay, work: () => T): T {
  const failed = (error: unknown): void => {
    fail(span, error);
    span.end(timeMs());
  };
  let result: T;
  try {
    result = work();
  } catch (error) {
    failed(error);
    throw error;
  }
  if (result instanceof Promise) result.then(() => span.end(timeMs()), failed);
  else span.end(timeMs());
  return result;
}

function fail(span: OtelSpan, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error;
  span.setAttribute("error.type", kind);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function spanOf(span: OtelSpan, { timeMs }: UnderWay, tails: readonly OtelSpan[]): Span {
  return {
    note: (fields) => void span.setAttributes(fields),
    rename: (name) => void span.updateName(name),
    fail: (error) => fail(span, error),
    end() {
      const endMs = timeMs();
      for (const tail of tails) tail.end(endMs);
      span.end(endMs);
    },
  };
}

const nothing = (): void => undefined;
const nobody: Span = { note: nothing, rename: nothing, fail: nothing, end: nothing };
