'use client';

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Progress } from '@/components/ui/progress';

/** Progress with words: "412 of 420". Announced every tenth and at the end, not at every step. */
export function ProgressBar({
  label,
  done,
  total,
  note,
}: {
  label: string;
  done: number;
  /** null while it is not known yet. */
  total: number | null;
  note?: ReactNode;
}) {
  const [spoken, setSpoken] = useState('');
  const lastTenth = useRef(-1);
  const words =
    total === null ? done.toLocaleString('en') : `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  const tenth = total === null ? 0 : Math.floor((done / Math.max(total, 1)) * 10);
  useEffect(() => {
    if (tenth === lastTenth.current) return;
    lastTenth.current = tenth;
    setSpoken(`${label}: ${words}`);
  }, [tenth, label, words]);
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between gap-4">
        <span className="font-medium">{label}</span>
        <span className="text-muted text-xs tabular-nums">{words}</span>
      </div>
      <Progress value={total === null ? null : done} max={total ?? 100} label={label} />
      {note && <div className="text-muted text-xs">{note}</div>}
      <span role="status" className="sr-only">
        {spoken}
      </span>
    </div>
  );
}

export interface BarPart {
  id: string;
  label: string;
  count: number;
  tone: 'create' | 'update' | 'remove' | 'skip' | 'error';
}

const partColor = {
  create: 'bg-ok',
  update: 'bg-accent',
  remove: 'bg-attention',
  skip: 'bg-line-strong',
  error: 'bg-danger',
} as const;

/** One bar of a plan or cycle; its counts below are filters when `onPick` is given. */
export function OutcomeBar({
  parts,
  picked,
  onPick,
}: {
  parts: readonly BarPart[];
  picked?: string | undefined;
  onPick?: (id: string | undefined) => void;
}) {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <div className="grid gap-3">
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-full bg-subtle">
        {parts
          .filter((part) => part.count > 0)
          .map((part) => (
            <span
              key={part.id}
              className={partColor[part.tone]}
              style={{ width: `${(part.count / Math.max(total, 1)) * 100}%`, minWidth: 4 }}
            />
          ))}
      </div>
      <ul className="flex flex-wrap gap-2">
        {parts.map((part) => {
          const content = (
            <>
              <span aria-hidden className={`size-2 rounded-full ${partColor[part.tone]}`} />
              <span className="font-semibold tabular-nums">{part.count.toLocaleString('en')}</span>
              <span className="text-muted">{part.label}</span>
            </>
          );
          const on = picked === part.id;
          return (
            <li key={part.id}>
              {onPick ? (
                <button
                  type="button"
                  aria-pressed={on}
                  onClick={() => onPick(on ? undefined : part.id)}
                  className={`inline-flex h-8 items-center gap-2 rounded-md border px-3 transition-colors ${on ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:bg-hover'}`}
                >
                  {content}
                </button>
              ) : (
                <span className="inline-flex h-8 items-center gap-2 pr-3">{content}</span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
