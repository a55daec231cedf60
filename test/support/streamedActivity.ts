import type { ServingEvent } from "../../src/serving/ports.ts";

/** Activity of pages, of some visitors in turn; ids are a test's own. */
export function activityEvents(
  count: number,
  { from = 0, visitors = 50 }: { readonly from?: number; readonly visitors?: number } = {},
): readonly ServingEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return {
      schema: "page_activity.v1",
      eventId: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
      occurredAtMs: Date.UTC(2026, 5, 1, 12) + number,
      payload: { kind: "page_view", visitorKey: `visitor-${number % visitors}`.padEnd(22, "_") },
    };
  });
}
