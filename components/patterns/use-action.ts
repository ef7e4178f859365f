'use client';

import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { toast } from '@/components/ui/toast';
import type { Failure } from '@/lib/core/failure';
import { type ActionResult, noAnswer, type Success } from './action-result';

export interface ActionRun<A extends unknown[]> {
  run: (...args: A) => Promise<boolean>;
  pending: boolean;
  error: Failure | undefined;
  clearError: () => void;
}

/**
 * One button over one server action: refuses a second click, toasts the success, refreshes the page.
 * A refusal is returned as `error`, and toasted unless `showError` is 'inline';
 * where somebody else was faster, the page then shows what is there now. `run` resolves to whether it succeeded.
 */
export function useAction<A extends unknown[], R extends ActionResult>(
  action: (...args: A) => Promise<R>,
  options: {
    success?: string | ((result: Success<R>) => string);
    onSuccess?: (result: Success<R>) => void;
    showError?: 'toast' | 'inline';
  } = {},
): ActionRun<A> {
  const router = useRouter();
  const running = useRef(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<Failure>();

  const run = async (...args: A): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setPending(true);
    setError(undefined);
    try {
      const result: ActionResult = await action(...args).catch((cause: unknown) => {
        const digest = cause instanceof Error && 'digest' in cause ? String(cause.digest) : '';
        if (digest.startsWith('NEXT_')) throw cause;
        return noAnswer;
      });
      if (!result) return true;
      if (!result.ok) {
        setError(result);
        if (result.code === 'stale_version') router.refresh();
        if (options.showError !== 'inline') toast.error(result.message, { description: result.hint });
        return false;
      }
      const title = typeof options.success === 'function' ? options.success(result as Success<R>) : options.success;
      if (title) toast.success(title);
      options.onSuccess?.(result as Success<R>);
      router.refresh();
      return true;
    } finally {
      running.current = false;
      setPending(false);
    }
  };
  return { run, pending, error, clearError: () => setError(undefined) };
}
