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
      { href: '/users', label: 'Users', icon: User },
      { href: '/groups', label: 'User Groups', icon: Users },
    ],
  },
  {
    label: 'User authentication',
    items: [{ href: '/applications', label: 'SSO Applications', icon: AppWindow }],
  },
  {
    label: 'Insights',
    items: [
      { href: '/cycles', label: 'Cycles', icon: RefreshCw },
      { href: '/events', label: 'Events', icon: ScrollText },
    ],
  },
  {
    label: 'Settings',
    items: [
      { href: '/settings/general', label: 'General', icon: SlidersHorizontal },
      { href: '/settings/tokens', label: 'API Tokens', icon: KeyRound, administrator: true },
      { href: '/settings/webhooks', label: 'Webhooks', icon: Webhook },
      { href: '/api-reference', label: 'API Reference', icon: BookOpen },
      { href: '/outbox', label: 'Outbox', icon: Mail, administrator: true },
    ],
  },
];

/** Whether `path` lies within the item's pages. */
export function isCurrent(item: NavItem, path: string): boolean {
  return item.href === '/' ? path === '/' : path === item.href || path.startsWith(`${item.href}/`);
}
