'use client';

import { type RefObject, useRef } from 'react';
import type { FieldValues } from 'react-hook-form';
import type { z } from 'zod';
import type { Failure } from '@/lib/core/failure';
import type { ActionResult } from './action-result';
import { type ComparedField, differencesOf, type Values } from './conflict';
import { type ActionForm, type ActionFormOptions, useActionForm } from './use-action-form';
import { type Conflict, useConflict } from './use-conflict';

type FormSchema = z.ZodType<FieldValues, FieldValues>;

interface VersionedFormOptions<S extends FormSchema, R extends ActionResult<{ version: number }>, Theirs extends object>
  extends Omit<ActionFormOptions<S, R>, 'action'> {
  /** Of what the form begins with; a ref where several forms save the same row. */
  version: number | RefObject<number>;
  action: (values: z.output<S>, version: number) => Promise<R>;
  /** The labels of what is compared, by its name in what is stored. */
  fields: Readonly<Record<string, ComparedField>>;
  /** The form's values as they are stored, where the form holds them in another way. */
  toStored?: (values: z.input<S>) => object;
  /** What is stored as the form holds it. */
  toForm?: (theirs: Theirs) => Partial<z.input<S>>;
  /** After what is stored now was taken over, for what is no field of the form. */
  onTakeOver?: (theirs: Theirs) => void;
  /** Saves what was typed over what is stored now, where Save does more than to submit. */
  overwrite?: (theirs: Theirs) => void;
}

export interface VersionedForm<S extends FormSchema> extends ActionForm<S> {
  /** For ConflictNotice. While there is one, `error` is undefined. */
  conflict: Conflict | undefined;
  error: Failure | undefined;
}

/**
 * A form over what two people may edit: saved on the version that it was loaded with. Overtaken by somebody else, nothing
 * is saved and what was typed stays, until it is decided (`conflict`).
 */
export function useVersionedForm<
  S extends FormSchema,
  R extends ActionResult<{ version: number }>,
  Theirs extends object = Values,
>(options: VersionedFormOptions<S, R, Theirs>): VersionedForm<S> {
  const { version, action, fields, toStored = (values) => values, toForm = (theirs) => theirs as object } = options;
  const own = useRef(typeof version === 'number' ? version : 0);
  const known = typeof version === 'number' ? own : version;
  const handle = useActionForm<S, R>({
    ...options,
    action: (values) => action(values, known.current),
    onSuccess: (result, values) => {
      known.current = result.version;
      options.onSuccess?.(result, values);
    },
  });
  const { form, error, clearError, submit } = handle;
  const conflict = useConflict<Theirs>({
    failure: error,
    clear: clearError,
    version: known,
    compare: (theirs) =>
      differencesOf(fields, {
        loaded: toStored((form.formState.defaultValues ?? {}) as z.input<S>) as Values,
        stored: theirs as Values,
        typed: toStored(form.getValues()) as Values,
      }),
    takeOver: (theirs) => {
      form.reset({ ...form.getValues(), ...toForm(theirs) });
      options.onTakeOver?.(theirs);
    },
    overwrite: options.overwrite ?? (() => void submit()),
  });
  return { ...handle, conflict, error: conflict ? undefined : error };
}
