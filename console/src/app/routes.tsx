import { createBrowserRouter, type RouteObject } from "react-router";
import { CrashPage } from "../ui/CrashPage.tsx";
import { NotFound } from "../ui/NotFound.tsx";
import { Shell } from "./Shell.tsx";

/** A feature's module: its pages, which route below its path by themselves. */
type Feature = () => Promise<{ readonly Component: () => React.ReactNode }>;

/** What fails in a feature stays in its place: the navigation goes on. */
const feature = (path: string, load: Feature): RouteObject => ({
  path,
  lazy: load,
  ErrorBoundary: CrashPage,
  HydrateFallback: Nothing,
});

/** While the first page's code is on its way. */
function Nothing() {
  return null;
}

/** One line for each feature; what a feature needs is loaded when somebody goes there. */
const features: readonly RouteObject[] = [
  feature("create/*", () => import("../create/CreatePages.tsx")),
  feature("campaigns", () => import("../campaigns/CampaignsPages.tsx")),
  feature("campaigns/:campaignId/*", () => import("../campaign/CampaignPages.tsx")),
  feature("review/*", () => import("../review/ReviewPages.tsx")),
  feature("placements/*", () => import("../placements/PlacementsPages.tsx")),
  feature("ssps/*", () => import("../ssps/SspsPages.tsx")),
  feature("segments/*", () => import("../segments/SegmentsPages.tsx")),
  feature("lists", () => import("../lists/ListsPages.tsx")),
  feature("insights", () => import("../insights/InsightsPages.tsx")),
  feature("accounts/*", () => import("../accounts/AccountsPages.tsx")),
  feature("profile", () => import("../accounts/ProfilePage.tsx")),
  feature("billing/*", () => import("../billing/BillingPages.tsx")),
  feature("webhooks/*", () => import("../webhooks/WebhooksPages.tsx")),
  feature("organizations/*", () => import("../organizations/OrganizationsPages.tsx")),
  feature("privacy", () => import("../privacy/PrivacyPages.tsx")),
  feature("live/*", () => import("../live/LivePages.tsx")),
];

export function createRouter() {
  return createBrowserRouter(
    [
      feature("sign-in", () => import("../signin/SignInPage.tsx")),
      feature("invitation", () => import("../signin/InvitationPage.tsx")),
      {
        path: "/",
        Component: Shell,
        ErrorBoundary: CrashPage,
        HydrateFallback: Nothing,
        children: [
          { index: true, lazy: () => import("../campaigns/HomePage.tsx") },
          ...features,
          { path: "*", Component: NotFound },
        ],
      },
    ],
    { basename: "/console" },
  );
}
