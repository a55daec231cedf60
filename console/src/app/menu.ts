import {
  BanknotesIcon,
  BellAlertIcon,
  BuildingOffice2Icon,
  ChartBarIcon,
  CheckBadgeIcon,
  GlobeEuropeAfricaIcon,
  IdentificationIcon,
  KeyIcon,
  MegaphoneIcon,
  PlusIcon,
  RectangleGroupIcon,
  ShieldCheckIcon,
  SignalIcon,
  UserGroupIcon,
} from "@heroicons/react/24/outline";
import type { ComponentType, SVGProps } from "react";
import type { Permission } from "../api/session.ts";

type Page =
  | "campaigns"
  | "create"
  | "insights"
  | "lists"
  | "review"
  | "placements"
  | "ssps"
  | "segments"
  | "live"
  | "organizations"
  | "privacy"
  | "billing"
  | "accounts"
  | "webhooks";

export interface MenuItem {
  readonly page: Page;
  readonly path: string;
  readonly icon: ComponentType<SVGProps<SVGSVGElement>>;
  readonly permission: Permission;
}

export interface MenuGroup {
  readonly group: "campaigns" | "platform" | "account";
  readonly items: readonly MenuItem[];
}

const groups: readonly MenuGroup[] = [
  {
    group: "campaigns",
    items: [
      { page: "campaigns", path: "/campaigns", icon: MegaphoneIcon, permission: "campaigns:read" },
      { page: "create", path: "/create", icon: PlusIcon, permission: "campaigns:write" },
      { page: "insights", path: "/insights", icon: ChartBarIcon, permission: "campaigns:read" },
      { page: "lists", path: "/lists", icon: IdentificationIcon, permission: "campaigns:write" },
      { page: "review", path: "/review", icon: CheckBadgeIcon, permission: "creatives:review" },
    ],
  },
  {
    group: "platform",
    items: [
      { page: "live", path: "/live", icon: SignalIcon, permission: "platform" },
      { page: "placements", path: "/placements", icon: RectangleGroupIcon, permission: "platform" },
      { page: "ssps", path: "/ssps", icon: GlobeEuropeAfricaIcon, permission: "platform" },
      { page: "segments", path: "/segments", icon: UserGroupIcon, permission: "platform" },
      {
        page: "organizations",
        path: "/organizations",
        icon: BuildingOffice2Icon,
        permission: "platform",
      },
      { page: "privacy", path: "/privacy", icon: ShieldCheckIcon, permission: "platform" },
    ],
  },
  {
    group: "account",
    items: [
      { page: "billing", path: "/billing", icon: BanknotesIcon, permission: "reports:read" },
      { page: "accounts", path: "/accounts", icon: KeyIcon, permission: "accounts" },
      { page: "webhooks", path: "/webhooks", icon: BellAlertIcon, permission: "accounts" },
    ],
  },
];

/** What somebody with these permissions may open; groups without any of it are left out. Pure. */
export function menuOf(permissions: readonly Permission[]): readonly MenuGroup[] {
  return groups
    .map(({ group, items }) => ({
      group,
      items: items.filter(({ permission }) => permissions.includes(permission)),
    }))
    .filter(({ items }) => items.length > 0);
}
