import {
  AppWindow,
  BookOpen,
  House,
  KeyRound,
  type LucideIcon,
  Mail,
  RefreshCw,
  ScrollText,
  SlidersHorizontal,
  User,
  Users,
  Webhook,
} from 'lucide-react';
import { links } from '@/lib/core/links';

export interface NavItem {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Only for administrators. */
  administrator?: boolean;
}

export interface NavGroup {
  label?: string;
  items: readonly NavItem[];
}

export const navGroups: readonly NavGroup[] = [
  { items: [{ href: '/', label: 'Home', icon: House }] },
  {
    label: 'User management',
    items: [
      { href: links.users(), label: 'Users', icon: User },
      { href: links.groups(), label: 'User Groups', icon: Users },
    ],
  },
  {
    label: 'User authentication',
    items: [{ href: links.applications(), label: 'SSO Applications', icon: AppWindow }],
  },
  {
    label: 'Insights',
    items: [
      { href: links.cycles(), label: 'Cycles', icon: RefreshCw },
      { href: links.events(), label: 'Events', icon: ScrollText },
    ],
  },
  {
    label: 'Settings',
    items: [
      { href: links.generalSettings(), label: 'General', icon: SlidersHorizontal },
      { href: links.tokens(), label: 'API Tokens', icon: KeyRound, administrator: true },
      { href: links.webhooks(), label: 'Webhooks', icon: Webhook },
      { href: links.apiReference(), label: 'API Reference', icon: BookOpen },
      { href: links.outbox(), label: 'Outbox', icon: Mail, administrator: true },
    ],
  },
];

/** Whether `path` lies within the item's pages. */
export function isCurrent(item: NavItem, path: string): boolean {
  return item.href === '/' ? path === '/' : path === item.href || path.startsWith(`${item.href}/`);
}
