import { useEffect, useRef } from "react";
import { Link, useLocation } from "react-router";
import { useWords } from "../words/language.ts";
import classes from "./campaign.module.css";
import { campaignWords } from "./words.ts";

const pages = ["overview", "why", "here", "edit", "history"] as const;

/** The campaign's pages: links, as each has an address of its own. */
export function CampaignTabs({ campaignId }: { readonly campaignId: number }) {
  const t = useWords(campaignWords).tabs;
  const { pathname } = useLocation();
  const here = useRef<HTMLAnchorElement>(null);
  // On a phone they do not all fit: the one that is open is seen. Only sideways: the page itself stays where it is.
  useEffect(() => {
    const nav = here.current?.parentElement;
    if (nav && here.current && pathname !== "")
      nav.scrollLeft = here.current.offsetLeft - nav.clientWidth / 2;
  }, [pathname]);
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
            ref={isHere ? here : undefined}
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
