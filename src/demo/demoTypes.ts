import type { Zone } from "../geo/types.ts";
import type { CampaignDeal } from "../targeting/bidConstraints.ts";
import type { RejectionRule } from "../targeting/rejection.ts";
import type {
  CampaignStatus,
  DeviceType,
  FrequencyCap,
  Pacing,
  PlaceIntention,
  Pricing,
  Priority,
} from "../targeting/types.ts";

/** What the demo needs to know of a commune. */
export interface DemoPlace {
  readonly inseeCode: string;
  readonly name: string;
  readonly postalCodes: readonly string[];
  readonly departementCode: string;
  readonly departementName: string;
  readonly population: number;
  readonly lat: number;
  readonly lon: number;
}

export interface DemoAdvertiser {
  readonly name: string;
  readonly payerName: string;
  readonly trade: string;
  readonly balanceMicros: number | null;
}

export type DemoCreativeContent =
  | {
      readonly format: "native";
      readonly title: string;
      readonly text: string;
      readonly callToAction: string;
      readonly imageUrl: string;
      readonly imageWidth: number;
      readonly imageHeight: number;
      readonly iconUrl: string;
      readonly iconSide: number;
    }
  | {
      readonly format: "image";
      readonly width: number;
      readonly height: number;
      readonly imageUrl: string;
      readonly alt: string;
    }
  | {
      readonly format: "html";
      readonly width: number;
      readonly height: number;
      readonly html: string;
    };

export type DemoCreative = DemoCreativeContent & { readonly landingUrl: string };

export interface DemoAudienceRule {
  /** Slug of a segment of `demoSegments`. */
  readonly segment: string;
  readonly minScore: number | null;
  readonly multiplier: number | null;
}

export interface DemoDaypart {
  /** 1 = Monday to 7 = Sunday. */
  readonly weekdays: readonly number[];
  readonly fromHour: number;
  /** Exclusive, 1 to 24. */
  readonly toHour: number;
}

export interface DemoCampaign {
  readonly name: string;
  readonly status: CampaignStatus;
  /** ISO dates in Europe/Paris, both included. */
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly dayparts: readonly DemoDaypart[];
  readonly pricing: Pricing;
  readonly bidMicros: number;
  readonly totalBudgetMicros: number | null;
  readonly dailyBudgetMicros: number | null;
  readonly pacing: Pacing;
  readonly priority: Priority;
  readonly frequencyCaps: readonly FrequencyCap[];
  readonly zone: Zone;
  readonly placeIntention: PlaceIntention;
  readonly categories: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly keywords: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly audience: readonly DemoAudienceRule[];
  readonly devices: readonly DeviceType[];
  /** With the exchanges of the demo; absent = none. */
  readonly deals?: readonly CampaignDeal[];
  readonly creatives: readonly DemoCreative[];
  /** Already charged before the demo starts; 0 for most. */
  readonly spentMicros: number;
  /** The rule that must refuse it for the request of `hiddenProbe`; null for the campaigns that live. */
  readonly refusedBy: RejectionRule | null;
}

/** A shop of the demo: an advertiser in a commune, and its campaigns. */
export interface DemoShop {
  /** Null for those that live nowhere in particular (house ads). */
  readonly inseeCode: string | null;
  readonly advertiser: DemoAdvertiser;
  readonly campaigns: readonly DemoCampaign[];
}
