import { withAdmission } from "./admitted.ts";
import type { Operation } from "./operation.ts";
import { advertiserOperations } from "./operations/advertisers.ts";
import { campaignOperations } from "./operations/campaigns.ts";
import { conversionOperations } from "./operations/conversions.ts";
import { creativeOperations } from "./operations/creatives.ts";
import { openrtbOperations } from "./operations/openrtb.ts";
import { operationsOfOperators } from "./operations/operations.ts";
import { reportOperations } from "./operations/reports.ts";
import { servingOperations } from "./operations/serving.ts";
import { operationsOfSites } from "./operations/sites.ts";
import { sspOperations } from "./operations/ssps.ts";
import { zoneOperations } from "./operations/zones.ts";

/** Every public route, in the order of the documentation. A test holds this list against the routes that are mounted. */
export const operations: readonly Operation[] = (
  [
    ...advertiserOperations,
    ...campaignOperations,
    ...zoneOperations,
    ...creativeOperations,
    ...reportOperations,
    ...conversionOperations,
    ...operationsOfSites,
    ...sspOperations,
    ...servingOperations,
    ...openrtbOperations,
    ...operationsOfOperators,
  ] as const
).map(withAdmission);
