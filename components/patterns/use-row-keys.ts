'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';

interface RowKeys {
  count: number;
  /** Where the rows live; only its keys count while a dialog is open elsewhere. */
  container: RefObject<HTMLElement | null>;
  onOpen: (index: number, newTab: boolean) => void;
  onToggle: (index: number) => void;
}

/** j/k (or the arrows, once a row is active) move, Enter opens, x selects, Escape lets go. Returns the active row's index, or -1. */
export function useRowKeys({ count, container, onOpen, onToggle }: RowKeys): [number, (index: number) => void] {
  const [active, setActive] = useState(-1);
  const latest = useRef({ count, onOpen, onToggle, active });
  latest.current = { count, onOpen, onToggle, active };

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { count, onOpen, onToggle, active } = latest.current;
      if (count === 0 || event.defaultPrevented || event.altKey || belongsElsewhere(event, container.current)) return;
      const command = event.metaKey || event.ctrlKey;
      const move = (to: number) => {
        event.preventDefault();
        setActive(to);
        container.current?.querySelectorAll('[data-row]')[to]?.scrollIntoView({ block: 'nearest' });
      };
      if (event.key === 'Enter' && active >= 0) {
        // A focused link or button has its own Enter.
        if (event.target instanceof HTMLElement && event.target.closest('a,button')) return;
        event.preventDefault();
        onOpen(active, command);
        return;
      }
      if (command) return;
      if (event.key === 'j' || (event.key === 'ArrowDown' && active >= 0)) move(Math.min(active + 1, count - 1));
      else if (event.key === 'k' || (event.key === 'ArrowUp' && active >= 0)) move(Math.max(active - 1, 0));
      else if (event.key === 'x' && active >= 0) {
        event.preventDefault();
        onToggle(active);
      } else if (event.key === 'Escape' && active >= 0) setActive(-1);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [container]);

  return [Math.min(active, count - 1), setActive];
}

/** Typing, and keys in a dialog or menu that lies over the table. */
function belongsElsewhere(event: KeyboardEvent, container: HTMLElement | null): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return true;
  if (target.isContentEditable || target.closest('input,textarea,select,[role=combobox],[role=menu],[role=listbox]')) {
    return true;
  }
  const modal = document.querySelector('[role=dialog][data-state=open],[role=alertdialog][data-state=open]');
  return modal !== null && !modal.contains(container);
}
