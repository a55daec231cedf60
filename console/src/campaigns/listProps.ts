import type { HealthById } from "./arrange.ts";
import type { Row } from "./rows.ts";
import type { Selection } from "./selection.ts";
import type { NamesById } from "./useAdvertiserNames.ts";
import type { RowChange } from "./useChangeRow.ts";
import type { View } from "./view.ts";

/** What the table and the cards have in common. */
export interface ListProps {
  readonly rows: readonly Row[];
  readonly healths: HealthById;
  readonly names: NamesById;
  readonly view: View;
  readonly selection: Selection;
  readonly mayWrite: boolean;
  readonly onSort: (part: Partial<View>) => void;
  readonly onToggle: (campaignId: number, isRange: boolean) => void;
  readonly onToggleAll: () => void;
  readonly onChange: (change: RowChange) => void;
}
