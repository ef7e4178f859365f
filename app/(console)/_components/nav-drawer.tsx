'use client';

import { Menu } from 'lucide-react';
import { useState } from 'react';
import { Wordmark } from '@/components/product-mark';
import { IconButton } from '@/components/ui/button';
import { Sheet, SheetContent, SheetTrigger } from '@/components/ui/sheet';
import { Nav } from './nav';

/** The navigation on a phone. */
export function NavDrawer({ administrator }: { administrator: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Sheet open={open} onOpenChange={setOpen}>
      <SheetTrigger asChild>
        <IconButton label="Open the navigation" className="-ml-1 md:hidden">
          <Menu aria-hidden />
        </IconButton>
      </SheetTrigger>
      <SheetContent title={<Wordmark />} side="left" className="max-w-72">
        <Nav administrator={administrator} onNavigate={() => setOpen(false)} />
      </SheetContent>
    </Sheet>
  );
}
