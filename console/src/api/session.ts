import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { queryOf } from "./queries.ts";

/** Who has signed in. */
export const meQuery = { ...queryOf("readMe", {}), staleTime: 5 * 60_000 };

/** Who has signed in: pending, the person, or an error (401 = nobody). */
export function useSession() {
  return useQuery(meQuery);
}

/** Who has signed in, for what is only shown then. */
export function useMe() {
  return useSuspenseQuery(meQuery).data;
}

export type Permission = ReturnType<typeof useMe>["permissions"][number];

/** Whether the person who has signed in may: what they may not is not offered. */
export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** Whether a call was refused because nobody has signed in, or the session has ended. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof AtelierProblem && error.status === 401;
}
