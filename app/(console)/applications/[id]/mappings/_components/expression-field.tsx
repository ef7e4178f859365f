'use client';

import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { cn } from '@/components/ui/cn';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import type { MappingProblem } from '@/lib/mappings/check-mapping';
import type { ObjectType } from '@/lib/mappings/schema';
import type { CustomAttribute } from '@/lib/mappings/source';
import { type Completion, complete, type Suggestion } from './completion';

/** An expression with its mistake underlined where it stands, and what fits the caret below. */
export function ExpressionField({
  value,
  onChange,
  objectType,
  customAttributes,
  problem,
  disabled,
}: {
  value: string;
  onChange: (value: string) => void;
  objectType: ObjectType;
  customAttributes: readonly CustomAttribute[];
  problem: MappingProblem | undefined;
  disabled: boolean;
}) {
  const listId = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [completion, setCompletion] = useState<Completion>();
  const [active, setActive] = useState(0);

  const look = (text: string, caret: number) => {
    setCompletion(complete(text, caret, objectType, customAttributes));
    setActive(0);
  };
  const take = (suggestion: Suggestion) => {
    if (!completion || !area.current) return;
    // A bracket that is already closed behind the caret is not closed twice.
    const rest = value.slice(area.current.selectionStart);
    const after = suggestion.text.endsWith(']') ? rest.replace(/^[\p{L}\p{N}_.]*\]/u, '') : rest;
    const caret = completion.start + suggestion.text.length;
    onChange(value.slice(0, completion.start) + suggestion.text + after);
    setCompletion(undefined);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(caret, caret);
    });
  };
  const keys = (event: KeyboardEvent) => {
    if (!completion) return;
    const { suggestions } = completion;
    const chosen = suggestions[active];
    if (event.key === 'ArrowDown') setActive((active + 1) % suggestions.length);
    else if (event.key === 'ArrowUp') setActive((active + suggestions.length - 1) % suggestions.length);
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) take(chosen);
    else if (event.key === 'Escape') setCompletion(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative grid gap-1.5">
      <Field
        label="Expression"
        error={
          problem &&
          (problem.position === undefined ? problem.message : `At ${problem.position + 1}: ${problem.message}`)
        }
        help={'Functions as in Entra: Word([userPrincipalName], 1, "@"). Type [ for properties.'}
      >
        <Textarea
          ref={area}
          mono
          rows={Math.min(8, Math.max(2, value.split('\n').length + 1))}
          spellCheck={false}
          autoComplete="off"
          disabled={disabled}
          value={value}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={completion !== undefined}
          aria-controls={listId}
          aria-activedescendant={completion ? `${listId}-${active}` : undefined}
          onChange={(event) => {
            onChange(event.target.value);
            look(event.target.value, event.target.selectionStart);
          }}
          onKeyDown={keys}
          onBlur={() => setCompletion(undefined)}
        />
      </Field>
      {problem?.position !== undefined && <Marked text={value} problem={problem} />}
      <div
        id={listId}
        role="listbox"
        aria-label="Suggestions"
        className={cn(
          'absolute top-full z-20 mt-1 w-full max-w-lg rounded-lg bg-raised p-1 shadow-float',
          !completion && 'hidden',
        )}
      >
        {completion?.suggestions.map((suggestion, index) => (
          <div
            key={suggestion.label}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            // Before the field loses its focus.
            onMouseDown={(event) => {
              event.preventDefault();
              take(suggestion);
            }}
            className={cn('grid cursor-default rounded-md px-2 py-1.5', index === active && 'bg-subtle')}
          >
            <span className="truncate font-mono text-xs">{suggestion.label}</span>
            <span className="truncate text-muted text-xs">{suggestion.hint}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

/** The expression with the mistake underlined. */
function Marked({ text, problem }: { text: string; problem: MappingProblem }) {
  const start = Math.min(problem.position ?? 0, text.length);
  const end = Math.max(start + 1, start + (problem.length ?? 1));
  return (
    <pre aria-hidden className="overflow-x-auto rounded-md bg-subtle px-2.5 py-1.5 font-mono text-xs leading-5">
      {text.slice(0, start)}
      <mark className="bg-error-soft text-error underline decoration-wavy underline-offset-4">
        {text.slice(start, end) || ' '}
      </mark>
      {text.slice(end)}
    </pre>
  );
}
