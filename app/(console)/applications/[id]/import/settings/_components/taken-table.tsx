'use client';

import { Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { Combobox, type ComboboxOption } from '@/components/ui/combobox';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import type { NamedAttribute } from '@/lib/directory/attribute-definitions';
import { attributeTypeWords } from '@/lib/directory/attribute-schema';
import { customSource } from '@/lib/filters/schema';
import type { TakenPreview } from '@/lib/imports/preview-settings';
import { defaultReverseMappings, neededAttributes, type ReverseMapping } from '@/lib/imports/settings-schema';
import {
  customKey,
  keptAttributes,
  personAttributeNames,
  type TakenAttribute,
  takenAttributes,
  takenLabel,
} from '@/lib/imports/taken-attributes';
import { searchPeopleOptions } from '../../../../../users/_components/search-options';
import { useTakenPreview } from './use-taken-preview';

const kinds = [
  { value: 'direct', label: 'Attribute' },
  { value: 'expression', label: 'Expression' },
  { value: 'constant', label: 'Constant' },
] as const;

const isNeeded = (attribute: TakenAttribute) => (neededAttributes as readonly TakenAttribute[]).includes(attribute);

/** What a person of the directory takes from an account, with what that gives for one real account. */
export function TakenTable(props: {
  applicationId: string;
  mappings: readonly ReverseMapping[];
  customAttributes: readonly NamedAttribute[];
  readOnly: boolean;
  onChange: (mappings: ReverseMapping[]) => void;
}) {
  const { applicationId, mappings, customAttributes, readOnly, onChange } = props;
  const [asked, setAsked] = useState<ComboboxOption>();
  const names = useId();
  const { preview, problem } = useTakenPreview(applicationId, mappings, asked?.value);
  const all: ComboboxOption[] = [
    ...personAttributeNames.map((value) => ({ value, label: takenAttributes[value] })),
    ...customAttributes.map(({ name, label }) => ({
      value: customSource + name,
      label: label || name,
      hint: 'Custom attribute',
    })),
  ];
  const left = all.filter(({ value }) => !mappings.some(({ attribute }) => attribute === value));
  const change = (index: number, part: Partial<ReverseMapping>) =>
    onChange(mappings.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <Card
      title="What people take from an account"
      description="When a person is created, and where Update is chosen for somebody who is there. The review shows old and new first. Usernames and e-mail addresses of people who are there stay."
      flush
      actions={
        !readOnly && (
          <>
            <Button size="sm" onClick={() => onChange([...defaultReverseMappings])}>
              Use the defaults
            </Button>
            {left.length > 0 && (
              <Combobox
                aria-label="Take another attribute"
                className="h-7 w-44"
                placeholder="Take another…"
                searchPlaceholder="Search attributes"
                options={left}
                value={undefined}
                onChange={({ value }) =>
                  onChange([
                    ...mappings,
                    { attribute: value as TakenAttribute, kind: 'direct', source: '', onUpdate: true },
                  ])
                }
              />
            )}
          </>
        )
      }
      footer={
        preview?.account
          ? `The values are those of the account ${preview.account.userName}, as it was read last${preview.person ? `, beside what ${preview.person.displayName} has now` : ''}. An expression names attributes in brackets: [userName], [name.givenName].`
          : preview
            ? 'No account was read yet: after the first import, its values are shown here.'
            : 'Reading what an account has …'
      }
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-line border-t px-4 py-2.5 text-xs">
        <span className="text-muted">Preview with the account of</span>
        <Combobox
          aria-label="Preview with the account of"
          className="w-64"
          search={searchPeopleOptions}
          value={asked ?? shownPerson(preview)}
          onChange={setAsked}
          placeholder={preview?.account ? `nobody (${preview.account.userName})` : 'Choose a person'}
          searchPlaceholder="Search by name, e-mail, username"
        />
        {problem && (
          <span role="alert" className="text-error">
            {problem}
          </span>
        )}
      </div>
      <datalist id={names}>
        {preview?.names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Table label="What people take from an account" className="min-w-[820px] table-fixed border-line border-t">
        <TableHead>
          <TableRow>
            <Th className="w-40">Person</Th>
            <Th className="w-36">Taken from</Th>
            <Th>Source</Th>
            <Th className="w-28">On update</Th>
            <Th className="w-[24%]">Gives</Th>
            <Th className="w-12">
              <span className="sr-only">Remove</span>
            </Th>
          </TableRow>
        </TableHead>
        <TableBody>
          {mappings.map((mapping, index) => {
            const { attribute, kind, source, onUpdate } = mapping;
            const label = takenLabel(attribute, customAttributes);
            const given = preview?.values.find((one) => one.attribute === attribute);
            return (
              <TableRow key={attribute}>
                <Td className="break-words font-medium">
                  {label}
                  {customKey(attribute) !== undefined && (
                    <span className="block font-normal text-muted text-xs">{typeOf(attribute, customAttributes)}</span>
                  )}
                </Td>
                <Td>
                  <Select
                    aria-label={`${label} is taken from`}
                    size="sm"
                    disabled={readOnly}
                    value={kind}
                    options={kinds}
                    onValueChange={(value) => change(index, { kind: value as ReverseMapping['kind'] })}
                  />
                </Td>
                <Td>
                  <Input
                    mono
                    aria-label={`Source of ${label}`}
                    value={source}
                    disabled={readOnly}
                    title={source}
                    {...(kind === 'direct' ? { list: names } : {})}
                    onChange={(event) => change(index, { source: event.target.value })}
                  />
                </Td>
                <Td>
                  {keptAttributes.includes(attribute) ? (
                    <span className="text-muted text-xs">Never</span>
                  ) : (
                    <Checkbox
                      aria-label={`Update ${label}`}
                      disabled={readOnly}
                      checked={onUpdate}
                      onCheckedChange={(on) => change(index, { onUpdate: on === true })}
                    />
                  )}
                </Td>
                <Td className="break-words text-xs">
                  <Gives given={given} isRead={preview !== undefined} />
                </Td>
                <Td>
                  {!readOnly && !isNeeded(attribute) && (
                    <Button
                      size="sm"
                      variant="ghost"
                      aria-label={`Do not take ${label}`}
                      onClick={() => onChange(mappings.filter((_, at) => at !== index))}
                    >
                      <Trash2 aria-hidden />
                    </Button>
                  )}
                </Td>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </Card>
  );
}

const shownPerson = (preview: TakenPreview | undefined): ComboboxOption | undefined =>
  preview?.person ? { value: preview.person.id, label: preview.person.displayName } : undefined;

function typeOf(attribute: TakenAttribute, custom: readonly NamedAttribute[]): string {
  const found = custom.find(({ name }) => name === customKey(attribute));
  return found ? attributeTypeWords[found.type] : 'Not defined any more';
}

/** What a mapping gives for the account; where an update would write it, beside what the person has. */
function Gives({ given, isRead }: { given: TakenPreview['values'][number] | undefined; isRead: boolean }) {
  if (given?.problem) return <span className="text-error">{given.problem}</span>;
  if (!given?.value) return <span className="text-muted">{isRead ? 'nothing' : '…'}</span>;
  if (!given.updates) return given.value;
  return (
    <>
      {given.before ? <s className="text-muted decoration-line-strong">{given.before}</s> : 'none'} → {given.value}
    </>
  );
}
