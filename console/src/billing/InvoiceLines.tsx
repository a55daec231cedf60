import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Invoice } from "../../../sdk/src/generated.ts";
import { useFormat } from "../ui/useFormat.ts";
import { useWords } from "../words/language.ts";
import classes from "./billing.module.css";
import { billingWords } from "./words.ts";

type Line = Invoice["lines"][number];

/** What an invoice is made of: for each campaign its dates, places, units and price. */
export function InvoiceLines({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ul className={classes.lines} data-figures>
      {lines.map((line) => (
        <InvoiceLine key={keyOf(line)} line={line} />
      ))}
    </ul>
  );
}

const keyOf = ({ campaignId, kind, fromDay, reason, amountMicros }: Line): string =>
  `${campaignId} ${kind} ${fromDay} ${reason} ${amountMicros}`;

function InvoiceLine({ line }: { readonly line: Line }) {
  const t = useWords(billingWords).invoice;
  const { day, list, money, number } = useFormat();
  const { campaignId, campaignName, zone, fromDay, toDay, kind, units, amountMicros } = line;
  return (
    <li>
      <div>
        <Anchor component={Link} to={`/campaigns/${campaignId}`} fw={600}>
          {campaignName}
        </Anchor>
        <Text size="sm">{t.days(day(fromDay), day(toDay))}</Text>
      </div>
      <div className={classes.amount}>{money(amountMicros)}</div>
      <Text size="sm" className={classes.whole}>
        {kind === "credit" ? t.kinds.credit : `${number(units)} ${t.kinds[kind]}, `}
        <PriceOf line={line} />
      </Text>
      <Text size="sm" c="dimmed" className={classes.whole}>
        {[
          line.reason,
          zone,
          line.supports.length === 0 ? null : t.supports(list(line.supports)),
          line.shownIn.length === 0 ? null : t.shownIn(list(line.shownIn)),
        ]
          .filter((one) => one !== null && one !== "")
          .join(" · ")}
      </Text>
    </li>
  );
}

/** As such prices are agreed: for a thousand impressions, for one click. */
function PriceOf({ line: { kind, unitPriceMicros } }: { readonly line: Line }) {
  const t = useWords(billingWords).invoice;
  const { price } = useFormat();
  if (kind === "credit") return null;
  return kind === "click"
    ? t.perClick(price(unitPriceMicros))
    : t.perThousand(price(unitPriceMicros * 1_000));
}
