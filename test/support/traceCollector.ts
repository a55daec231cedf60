import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** "" = it has none. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly failed: boolean;
  readonly startNanos: bigint;
  readonly endNanos: bigint;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Of the process. */
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface TraceCollector {
  readonly url: string;
  /** Everything that has come so far. */
  readonly spans: () => readonly CollectedSpan[];
  /** The same, as it was sent. */
  readonly texts: () => readonly string[];
  /** Headers of the last batch. */
  readonly headers: () => Readonly<Record<string, unknown>>;
  /** Answers this from now on. */
  readonly answerWith: (status: number) => void;
  readonly close: () => Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status?: { readonly code?: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
}

interface OtlpBatch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes?: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const errorCode = 2;

/** A collector that takes OTLP over HTTP, as JSON, and remembers it. Its path is none of ours: answers of our own are held against the API's description. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const texts: string[] = [];
  let headers: Readonly<Record<string, unknown>> = {};
  let status = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const isTraces = request.method === "POST" && request.url === "/otlp/v1/traces";
      if (isTraces && status === 200) texts.push(Buffer.concat(chunks).toString());
      headers = request.headers;
      response.writeHead(isTraces ? status : 404, { "content-type": "application/json" });
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/otlp`,
    spans: () => texts.flatMap((text) => spansOf(JSON.parse(text) as OtlpBatch)),
    texts: () => texts,
    headers: () => headers,
    answerWith(next) {
      status = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function spansOf({ resourceSpans }: OtlpBatch): readonly CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? "",
        name: span.name,
        kind: span.kind,
        failed: span.status?.code === errorCode,
        startNanos: BigInt(span.startTimeUnixNano),
        endNanos: BigInt(span.endTimeUnixNano),
        fields: fieldsOf(span.attributes),
        resource: fieldsOf(resource.attributes),
      })),
    ),
  );
}

function fieldsOf(attributes: readonly Attribute[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
