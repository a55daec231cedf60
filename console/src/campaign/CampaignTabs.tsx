import { Link, useLocation } from "react-router";
import { useWords } from "../words/language.ts";
import classes from "./campaign.module.css";
import { campaignWords } from "./words.ts";

const pages = ["overview", "why", "here", "edit", "history"] as const;

/** The campaign's pages: links, as each has an address of its own. */
export function CampaignTabs({ campaignId }: { readonly campaignId: number }) {
  const t = useWords(campaignWords).tabs;
  const { pathname } = useLocation();
  const root = `/campaigns/${campaignId}`;
  return (
    <nav aria-label={t.label} className={classes.tabs}>
      {pages.map((page) => {
        const to = page === "overview" ? root : `${root}/${page}`;
        const isHere = pathname.replace(/\/$/, "") === to;
        return (
          <Link
            key={page}
            to={to}
            className={classes.tab}
            aria-current={isHere ? "page" : undefined}
          >
            {t[page]}
          </Link>
        );
      })}
    </nav>
  );
}
