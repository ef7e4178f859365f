'use client';

import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { CheckboxField } from '@/components/ui/checkbox';
import { Select } from '@/components/ui/select';
import { SwitchField } from '@/components/ui/switch';
import { type Compared, comparedWords, type Matching, type MatchingRule } from '@/lib/imports/settings-schema';

const mostRules = 8;
const mostTogether = 4;

/** With whom an account is matched: an ordered list of rules, each of which compares one thing or several together. */
export function MatchingRules(props: {
  matching: Matching;
  paths: readonly string[];
  readOnly: boolean;
  onChange: (matching: Matching) => void;
}) {
  const { matching, paths, readOnly, onChange } = props;
  const { rules, stopAtFirst, partialOnNames } = matching;
  const setRules = (next: readonly MatchingRule[]) => onChange({ ...matching, rules: [...next] });
  const move = (from: number, to: number) => {
    const next = [...rules];
    next.splice(to, 0, ...next.splice(from, 1));
    setRules(next);
  };
  return (
    <Card
      title="Matching"
      description="An account is somebody's where a rule says so. Several people for one account, or several accounts for one person, are never decided by a rule."
      flush
      actions={
        !readOnly && (
          <Button
            size="sm"
            disabled={rules.length >= mostRules}
            onClick={() => setRules([...rules, { by: ['employeeIdentifier'], caseSensitive: false }])}
          >
            <Plus aria-hidden /> Add rule
          </Button>
        )
      }
    >
      <ol className="border-line border-t">
        {rules.map((rule, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no name of their own, and all of a row is shown from its value.
          <li key={index} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b px-4 py-2.5">
            <span className="w-5 text-muted tabular-nums">{index + 1}.</span>
            <RuleParts
              rule={rule}
              label={`Rule ${index + 1}`}
              paths={paths}
              readOnly={readOnly}
              onChange={(by) => setRules(rules.map((one, at) => (at === index ? { ...one, by } : one)))}
            />
            <CheckboxField
              label="Case sensitive"
              checked={rule.caseSensitive}
              disabled={readOnly}
              onCheckedChange={(on) =>
                setRules(rules.map((one, at) => (at === index ? { ...one, caseSensitive: on === true } : one)))
              }
            />
            {!readOnly && (
              <span className="ml-auto flex gap-1">
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Move rule ${index + 1} up`}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                >
                  <ArrowUp aria-hidden />
                </Button>
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Move rule ${index + 1} down`}
                  disabled={index === rules.length - 1}
                  onClick={() => move(index, index + 1)}
                >
                  <ArrowDown aria-hidden />
                </Button>
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Remove rule ${index + 1}`}
                  disabled={rules.length === 1}
                  onClick={() => setRules(rules.filter((_, at) => at !== index))}
                >
                  <Trash2 aria-hidden />
                </Button>
              </span>
            )}
          </li>
        ))}
      </ol>
      <div className="grid max-w-[640px] gap-4 p-4">
        <SwitchField
          label="The first rule that finds somebody counts"
          help="Otherwise all rules are asked, and where they name different people somebody has to choose."
          checked={stopAtFirst}
          disabled={readOnly}
          onCheckedChange={(on) => onChange({ ...matching, stopAtFirst: on })}
        />
        <SwitchField
          label="Partial matches by first and last name"
          help="For whom no rule finds. Somebody has to choose each."
          checked={partialOnNames}
          disabled={readOnly}
          onCheckedChange={(on) => onChange({ ...matching, partialOnNames: on })}
        />
      </div>
    </Card>
  );
}

function RuleParts(props: {
  rule: MatchingRule;
  label: string;
  paths: readonly string[];
  readOnly: boolean;
  onChange: (by: Compared[]) => void;
}) {
  const { rule, label, paths, readOnly, onChange } = props;
  const { by } = rule;
  const alone = by.includes('matchingAttributes');
  const options = [
    ...Object.entries(comparedWords)
      .filter(([value]) => value !== 'matchingAttributes' || by.length === 1)
      .map(([value, words]) => ({ value, label: words })),
    ...[...new Set([...paths.map((path) => `mapped:${path}`), ...by.filter((one) => one.startsWith('mapped:'))])].map(
      (value) => ({ value, label: value.replace('mapped:', 'Mapped: ') }),
    ),
  ];
  const change = (index: number, value: string) =>
    onChange(by.map((one, at) => (at === index ? (value as Compared) : one)));
  return (
    <span className="flex flex-wrap items-center gap-2">
      {by.map((compared, index) => (
        <span key={compared} className="flex items-center gap-2">
          {index > 0 && <span className="text-muted text-xs">and</span>}
          <Select
            aria-label={`${label} compares`}
            size="sm"
            className="w-56"
            disabled={readOnly}
            value={compared}
            options={options.map((option) => ({
              ...option,
              disabled: option.value !== compared && by.includes(option.value as Compared),
            }))}
            onValueChange={(value) => change(index, value)}
          />
          {by.length > 1 && !readOnly && (
            <Button
              size="sm"
              variant="ghost"
              aria-label={`Take ${compared} out of ${label.toLowerCase()}`}
              onClick={() => onChange(by.filter((one) => one !== compared))}
            >
              <Trash2 aria-hidden />
            </Button>
          )}
        </span>
      ))}
      {!readOnly && !alone && by.length < mostTogether && (
        <Button
          size="sm"
          variant="ghost"
          aria-label={`Compare something else as well in ${label.toLowerCase()}`}
          onClick={() => {
            const next = options.find(({ value }) => value !== 'matchingAttributes' && !by.includes(value as Compared));
            if (next) onChange([...by, next.value as Compared]);
          }}
        >
          <Plus aria-hidden /> and
        </Button>
      )}
    </span>
  );
}
