'use client';

import { LayoutGrid, LogOut, UserRound } from 'lucide-react';
import { useTransition } from 'react';
import { ThemeChoice } from '@/components/theme-choice';
import { Avatar } from '@/components/ui/avatar';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLink,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu';
import { links } from '@/lib/core/links';

/** Who is signed in; the portal, the own account, the theme, signing out. */
export function UserMenu({
  user,
  signOutAction,
  portalLink = true,
}: {
  user: { name: string; email: string; role?: string };
  /** @returns where the browser goes on */
  signOutAction: () => Promise<string>;
  portalLink?: boolean;
}) {
  const [pending, start] = useTransition();
  return (
    <DropdownMenu>
      <DropdownMenuTrigger aria-label={`Account of ${user.name}`} className="rounded-full">
        <Avatar name={user.name} size="md" />
      </DropdownMenuTrigger>
      <DropdownMenuContent className="w-60">
        <div className="grid px-2 py-1.5">
          <span className="truncate font-medium">{user.name}</span>
          <span className="truncate text-muted text-xs">{user.email}</span>
          {user.role && <span className="text-muted text-xs capitalize">{user.role}</span>}
        </div>
        <DropdownMenuSeparator />
        {portalLink && (
          <DropdownMenuLink href={links.portal()}>
            <LayoutGrid aria-hidden /> My applications
          </DropdownMenuLink>
        )}
        <DropdownMenuLink href={links.account()}>
          <UserRound aria-hidden /> Your account
        </DropdownMenuLink>
        <DropdownMenuSeparator />
        <ThemeChoice />
        <DropdownMenuSeparator />
        <DropdownMenuItem
          disabled={pending}
          onSelect={() => start(async () => window.location.assign(await signOutAction()))}
        >
          <LogOut aria-hidden /> Sign out
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
