'use client';

import { zodResolver } from '@hookform/resolvers/zod';
import { useRouter } from 'next/navigation';
import { type BaseSyntheticEvent, useRef, useState } from 'react';
import { type DefaultValues, type FieldValues, type Path, type UseFormReturn, useForm } from 'react-hook-form';
import type { z } from 'zod';
import { toast } from '@/components/ui/toast';
import type { Failure } from '@/lib/core/failure';
import { type ActionResult, noAnswer, type Success } from './action-result';

type FormSchema = z.ZodType<FieldValues, FieldValues>;

export interface ActionFormOptions<S extends FormSchema, R extends ActionResult> {
  schema: S;
  defaultValues: DefaultValues<z.input<S>>;
  /** The server action. It gets the parsed values. */
  action: (values: z.output<S>) => Promise<R>;
  /** Title of the toast after a success: "Application saved". */
  success?: string | ((result: Success<R>) => string);
  onSuccess?: (result: Success<R>, values: z.output<S>) => void;
  /** After a success: keep what is in the form as the saved state (default), empty it, or leave it alone. */
  after?: 'keep' | 'reset' | 'none';
}

export interface ActionForm<S extends FormSchema> {
  form: UseFormReturn<z.input<S>, unknown, z.output<S>>;
  /** For `<form onSubmit>`. */
  submit: (event?: BaseSyntheticEvent) => Promise<void>;
  /** While the action runs; a second submission is refused. */
  pending: boolean;
  /** What the action refused and no field could show. */
  error: Failure | undefined;
  clearError: () => void;
  /** The error text of a field, by its path. */
  fieldError: (name: Path<z.input<S>>) => string | undefined;
}

/**
 * A form over a server action: checked by the same schema in the browser, refused fields marked where they are,
 * what was typed kept whatever happens, submitted once.
 */
export function useActionForm<S extends FormSchema, R extends ActionResult>(
  options: ActionFormOptions<S, R>,
): ActionForm<S> {
  const { schema, defaultValues, action, success, onSuccess, after = 'keep' } = options;
  const router = useRouter();
  const [error, setError] = useState<Failure>();
  const [pending, setPending] = useState(false);
  const running = useRef(false);
  const form = useForm<z.input<S>, unknown, z.output<S>>({
    resolver: zodResolver(schema) as never,
    defaultValues,
    mode: 'onTouched',
  });

  const send = async (values: z.output<S>) => {
    if (running.current) return;
    running.current = true;
    setPending(true);
    setError(undefined);
    try {
      const result: ActionResult = await action(values).catch((cause: unknown) => {
        // A redirect or a lost session travels as a thrown control error: Next must see it.
        if (isControlError(cause)) throw cause;
        return noAnswer;
      });
      // An action that redirects answers nothing.
      if (!result) return;
      if (!result.ok) return refuse(result);
      if (after === 'keep') form.reset(form.getValues(), { keepValues: true });
      if (after === 'reset') form.reset();
      const title = typeof success === 'function' ? success(result as Success<R>) : success;
      if (title) toast.success(title);
      onSuccess?.(result as Success<R>, values);
      router.refresh();
    } finally {
      running.current = false;
      setPending(false);
    }
  };
  const refuse = (failure: Failure) => {
    const field = failure.field as Path<z.input<S>> | undefined;
    if (field && hasField(form.getValues(), field)) {
      const sentence = /[.!?…]$/.test(failure.message) ? failure.message : `${failure.message}.`;
      const message = failure.hint ? `${sentence} ${failure.hint}` : failure.message;
      form.setError(field, { type: failure.code, message }, { shouldFocus: true });
    } else setError(failure);
  };

  return {
    form,
    submit: form.handleSubmit(send),
    pending,
    error,
    clearError: () => setError(undefined),
    fieldError: (name) => form.getFieldState(name, form.formState).error?.message,
  };
}

function hasField(values: FieldValues, path: string): boolean {
  let at: unknown = values;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null || !(key in at)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return true;
}

function isControlError(cause: unknown): boolean {
  const digest = cause instanceof Error && 'digest' in cause ? cause.digest : undefined;
  return typeof digest === 'string' && /^NEXT_/.test(digest);
}
