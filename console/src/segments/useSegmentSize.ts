import { queryOptions, useQuery } from "@tanstack/react-query";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { api } from "../api/client.ts";

const tries = 10;
const betweenMs = 3_000;

/** Any price: people do not depend on it. */
const bidMicros = 5_000_000;

/**
 * How many people in France have at least this score, a week, by the forecasts: with their bounds, nothing under 50, noised.
 * The first sample takes some seconds: it is asked again while the server says so.
 */
export function useSegmentSize(segmentId: number, minScore: number) {
  return useQuery(
    queryOptions({
      queryKey: ["segmentSize", segmentId, minScore] as const,
      queryFn: ({ signal }) =>
        api.forecastCampaign(
          {
            body: {
              zone: { include: [{ type: "france" }] },
              formats: ["native", "image", "html"],
              audience: [{ segmentId, minScore }],
              bidMicros,
            },
          },
          { signal, idempotencyKey: null },
        ),
      staleTime: 10 * 60_000,
      retry: (count, error) =>
        error instanceof AtelierProblem && error.status === 503 && count < tries,
      retryDelay: betweenMs,
    }),
  );
}
