/** What `/demo/seen/…` answers, as the panel reads it. */
export type Point = readonly [lat: number, lon: number];

export interface SeenPlace {
  readonly source: string;
  readonly label: string;
  readonly accuracyMeters: number | null;
  readonly boundary: readonly Point[];
  readonly around: readonly (readonly Point[])[];
  readonly towns: readonly {
    readonly name: string;
    readonly at: Point;
    readonly population: number;
  }[];
}

export interface Value {
  readonly valueMicros: number;
  readonly bidMicros: number;
  readonly pricing: string;
  readonly clickRate: number | null;
  readonly audienceMultiplier: number;
  readonly nearnessMultiplier: number;
}

export interface SeenCampaign {
  readonly campaignId: number;
  readonly name: string | null;
  readonly shown: boolean;
  readonly placementId?: string;
  readonly value?: Value;
  readonly rule?: string;
  readonly figures?: Readonly<Record<string, unknown>>;
  readonly fr: string;
  readonly en: string;
}

export interface Sighting {
  readonly decisionId: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly place: SeenPlace | null;
  readonly consent: Readonly<Record<string, boolean | string>>;
  readonly scores:
    | {
        readonly read: true;
        readonly top: readonly { readonly name: string; readonly score: number }[];
      }
    | { readonly read: false; readonly why: "no_consent" | "anonymous" | "unknown" };
  readonly campaigns: readonly SeenCampaign[];
  readonly placements: readonly {
    readonly id: string;
    readonly ads: readonly { readonly campaignId: number; readonly advertiser: string }[];
  }[];
}

export interface Budget {
  readonly campaignId: number;
  readonly name: string;
  readonly dailyBudgetMicros: number | null;
  readonly totalBudgetMicros: number | null;
  readonly spentTodayMicros: number;
  readonly heldTodayMicros: number;
  readonly spentMicros: number;
}

/** Hears of each request that the tag sends: the id of its page view at once, and again when it is answered. */
export function hearRequests(
  onAsked: (viewId: string) => void,
  onAnswered: (viewId: string) => void,
): void {
  const send = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (!url.endsWith("/demo/v1/ads")) return send(input, init);
    const viewId = viewIdOf(init?.body);
    onAsked(viewId);
    try {
      return await send(input, init);
    } finally {
      onAnswered(viewId);
    }
  };
}

function viewIdOf(body: unknown): string {
  try {
    return String(JSON.parse(String(body)).page.viewId);
  } catch {
    return "";
  }
}

export async function readJson<Answer>(url: string): Promise<Answer | null> {
  try {
    const response = await fetch(url);
    return response.ok ? ((await response.json()) as Answer) : null;
  } catch {
    return null;
  }
}
