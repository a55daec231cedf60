import { advertiserSchema } from "../../../campaigns/advertiserSchema.ts";
import { storedAdvertiserSchema } from "../../../campaigns/answers.ts";
import { advertiserList } from "../../../campaigns/lists.ts";
import type { Operation } from "../operation.ts";
import { changeOf, idIn } from "../parameters.ts";
import { resourceOperations } from "../resources.ts";

const { create, list, read, change } = resourceOperations({
  name: "Advertiser",
  words: { one: "an advertiser", many: "advertisers", it: "the advertiser" },
  tag: "Advertisers",
  list: advertiserList,
  params: idIn("advertiserId"),
  input: {
    schema: advertiserSchema,
    examples: { garage: { name: "Garage du Pont", trade: "garage" } },
  },
  change: {
    schema: changeOf(advertiserSchema, "AdvertiserChange"),
    examples: { payer: { payerName: "Garages du Limousin" } },
  },
  item: storedAdvertiserSchema,
  notes: {
    list: "Those that the key may see.",
    change: "Replaces the fields that the body names. The balance is the operator's.",
  },
});

export const advertiserOperations: readonly Operation[] = [create, list, read, change];
