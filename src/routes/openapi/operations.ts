import { withAdmission } from "./admitted.ts";
import type { Operation } from "./operation.ts";
import { accountOperations } from "./operations/accounts.ts";
import { advertiserOperations } from "./operations/advertisers.ts";
import { audienceListOperations } from "./operations/audienceLists.ts";
import { billingOperations } from "./operations/billing.ts";
import { bulkOperations } from "./operations/bulk.ts";
import { campaignOperations } from "./operations/campaigns.ts";
import { conversionOperations } from "./operations/conversions.ts";
import { creativeOperations } from "./operations/creatives.ts";
import { dealOperations } from "./operations/deals.ts";
import { explainOperations } from "./operations/explain.ts";
import { forecastOperations } from "./operations/forecasts.ts";
import { insightOperations } from "./operations/insights.ts";
import { keyOperations, sessionOperations } from "./operations/keys.ts";
import { liveSettingsOperations } from "./operations/liveSettings.ts";
import { mediaOperations } from "./operations/media.ts";
import { openrtbOperations } from "./operations/openrtb.ts";
import { operationsOfOperators } from "./operations/operations.ts";
import { reportOperations } from "./operations/reports.ts";
import { reviewOperations } from "./operations/reviews.ts";
import { segmentModelOperations } from "./operations/segmentModels.ts";
import { servingOperations } from "./operations/serving.ts";
import { shopCampaignOperations } from "./operations/shopCampaigns.ts";
import { operationsOfSites } from "./operations/sites.ts";
import { sspOperations } from "./operations/ssps.ts";
import { systemOperations } from "./operations/system.ts";
import { visitorOperations } from "./operations/visitors.ts";
import { webhookOperations } from "./operations/webhooks.ts";
import { zoneOperations } from "./operations/zones.ts";

/** Every public route, in the order of the documentation. A test holds this list against the routes that are mounted. */
export const operations: readonly Operation[] = (
  [
    ...advertiserOperations,
    ...audienceListOperations,
    ...campaignOperations,
    ...bulkOperations,
    ...dealOperations,
    ...shopCampaignOperations,
    ...zoneOperations,
    ...creativeOperations,
    ...mediaOperations,
    ...reviewOperations,
    ...reportOperations,
    ...forecastOperations,
    ...insightOperations,
    ...explainOperations,
    ...billingOperations,
    ...webhookOperations,
    ...conversionOperations,
    ...operationsOfSites,
    ...segmentModelOperations,
    ...sspOperations,
    ...accountOperations,
    ...keyOperations,
    ...sessionOperations,
    ...servingOperations,
    ...visitorOperations,
    ...openrtbOperations,
    ...systemOperations,
    ...liveSettingsOperations,
    ...operationsOfOperators,
  ] as const
).map(withAdmission);
