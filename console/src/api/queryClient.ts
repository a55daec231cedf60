import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { setSessionExpired } from "./expiry.ts";
import { isSignedOut } from "./session.ts";

function watchSession(error: unknown): void {
  if (isSignedOut(error)) setSessionExpired(true);
}

/** Reads count as fresh for half a minute. The client of the API repeats what failed in passing: nothing is repeated here. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: watchSession }),
    mutationCache: new MutationCache({ onError: watchSession }),
    defaultOptions: {
      queries: { staleTime: 30_000, retry: false, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });
}
