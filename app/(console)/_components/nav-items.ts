import {
  AppWindow,
  BookOpen,
  DatabaseZap,
  House,
  Inbox,
  KeyRound,
  List,
  type LucideIcon,
  Mail,
  RefreshCw,
  ScrollText,
  SlidersHorizontal,
  User,
  Users,
  Webhook,
} from 'lucide-react';
import { type ConsolePage, pages } from '@/lib/core/links';

export interface NavItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Only for administrators. */
  administrator: boolean;
}

export interface NavGroup {
  label?: string;
  items: readonly NavItem[];
}

type PageName = keyof typeof pages;

/** Of a page that has none here, a list. */
const icons: Partial<Record<PageName, LucideIcon>> = {
  home: House,
  users: User,
  groups: Users,
  applications: AppWindow,
  imports: Inbox,
  cycles: RefreshCw,
  events: ScrollText,
  generalSettings: SlidersHorizontal,
  tokens: KeyRound,
  sources: DatabaseZap,
  webhooks: Webhook,
  apiReference: BookOpen,
  outbox: Mail,
};

const all: Readonly<Record<PageName, ConsolePage>> = pages;
const names = Object.keys(all) as PageName[];

export const navGroups: readonly NavGroup[] = [...new Set(names.map((name) => all[name].section))].map((section) => ({
  ...(section ? { label: section } : {}),
  items: names
    .filter((name) => all[name].section === section)
    .map((name) => ({
      href: all[name].path,
      label: all[name].label,
      icon: icons[name] ?? List,
      administrator: all[name].administrator ?? false,
    })),
}));

/** Whether `path` lies within the item's pages. */
export function isCurrent(item: NavItem, path: string): boolean {
  return item.href === '/' ? path === '/' : path === item.href || path.startsWith(`${item.href}/`);
}
