import { useQuery } from "@tanstack/react-query";
import { queryOf } from "../api/queries.ts";

/** A list shows at most so many: each asks for its health and its money. */
export const mostSsps = 50;
const lookAgainMs = 5_000;

/** What an SSP asks, gets and costs; read again while somebody looks. */
export function useSspFigures(name: string) {
  const health = useQuery({
    ...queryOf("readSspHealth", { name }),
    refetchInterval: lookAgainMs,
    staleTime: 0,
  });
  const spending = useQuery(queryOf("readSspSpending", { name }));
  return { health, spending };
}
