'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import { DropdownMenuLabel, DropdownMenuRadio } from '@/components/ui/dropdown-menu';
import { readTheme, type Theme, themeCookie } from './theme';

const options = [
  {
    value: 'system',
    label: (
      <>
        <Monitor aria-hidden /> System
      </>
    ),
  },
  {
    value: 'light',
    label: (
      <>
        <Sun aria-hidden /> Light
      </>
    ),
  },
  {
    value: 'dark',
    label: (
      <>
        <Moon aria-hidden /> Dark
      </>
    ),
  },
];

/** System, light or dark, inside a menu; it takes effect at once and is remembered for a year. */
export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => setTheme(readTheme(document.documentElement.dataset.theme)), []);
  const choose = (value: string) => {
    const next = readTheme(value);
    setTheme(next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari.
    document.cookie = `${themeCookie}=${next}; path=/; max-age=31536000; samesite=lax`;
  };
  return (
    <>
      <DropdownMenuLabel>Theme</DropdownMenuLabel>
      <DropdownMenuRadio label="Theme" value={theme} onValueChange={choose} options={options} />
    </>
  );
}
