/** A commune as visits are drawn from it. */
export interface TrafficTown {
  readonly inseeCode: string;
  readonly postalCode: string;
  readonly lat: number;
  readonly lon: number;
  readonly population: number;
}

/** What the process that plays the public is told. Everything is JSON. */
export interface TrafficOrder {
  /** Where it asks, on this machine: "http://127.0.0.1:8080". */
  readonly baseUrl: string;
  /** Page views a second, above 0. */
  readonly requestsPerSecond: number;
  readonly siteKey: string;
  /** Whose consent is asked for: our id on the vendor list. */
  readonly vendorId: number;
  readonly seed: number;
  readonly towns: readonly TrafficTown[];
}
