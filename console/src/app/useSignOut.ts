import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api } from "../api/client.ts";
import { isSignedOut } from "../api/session.ts";
import { toastProblem } from "../ui/toasts.ts";

/** Ends the session here, forgets what was read with it, and shows the sign-in. */
export function useSignOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await navigate("/sign-in", { replace: true });
    queryClient.clear();
  };
  return useMutation({
    mutationFn: async () => {
      await api.logOut().catch((error: unknown) => {
        // A session that has ended is what was asked for.
        if (!isSignedOut(error)) throw error;
      });
    },
    onSuccess: leave,
    onError: toastProblem,
  });
}
