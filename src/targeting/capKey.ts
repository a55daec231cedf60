/** What a frequency cap counts: one campaign, or all campaigns of an advertiser. */
export interface CapSubject {
  readonly per: "campaign" | "advertiser";
  readonly id: number;
}

/** The key under which a visitor's impressions are remembered: "c12" for campaign 12, "a7" for advertiser 7. */
export function capKey(subject: CapSubject): string {
  return subject.per === "campaign" ? `c${subject.id}` : `a${subject.id}`;
}
