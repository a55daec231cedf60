import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { AtelierProblem } from "../../../sdk/src/problem.ts";
import { api, newKey } from "../api/client.ts";
import { bodyOfDraft } from "./bodyOfDraft.ts";
import { useCreating } from "./creating.ts";
import type { Draft } from "./draft.ts";
import type { FieldName } from "./problemsOfDraft.ts";
import { sentOf } from "./sent.ts";

/** Sends the draft. However often it is tried, one campaign comes of it: the key stays while the body does. */
export function useSend() {
  const { draft, problems, change, touch, tell, restart } = useCreating();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const sending = useMutation({
    mutationKey: ["createShopCampaign"],
    mutationFn: (idempotencyKey: string) =>
      api.createShopCampaign({ body: bodyOfDraft(draft) }, { idempotencyKey }),
    onSuccess: async (made) => {
      restart();
      await navigate("/create/sent", { replace: true, state: sentOf(made, draft.ad.title) });
      await queryClient.invalidateQueries({ queryKey: ["listCampaigns"] });
    },
    onError: (error) => tell(error),
  });
  const send = () => {
    const wrong = Object.keys(problems) as FieldName[];
    touch(...wrong);
    if (wrong.length > 0) return;
    const kept = keyFor(draft);
    change({ sending: kept });
    sending.mutate(kept.key);
  };
  const { error } = sending;
  // What was refused of fields stands at the fields.
  const isOfFields = error instanceof AtelierProblem && error.errors.length > 0;
  return { send, isSending: sending.isPending, error: isOfFields ? null : error };
}

function keyFor(draft: Draft): NonNullable<Draft["sending"]> {
  const body = JSON.stringify(bodyOfDraft(draft));
  return draft.sending?.body === body ? draft.sending : { key: newKey(), body };
}
