'use client';

import { Trash2 } from 'lucide-react';
import { useId } from 'react';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Table, TableBody, TableHead, TableRow, Td, Th } from '@/components/ui/table';
import { defaultReverseMappings, neededAttributes, type ReverseMapping } from '@/lib/imports/settings-schema';
import {
  keptAttributes,
  type TakenAttribute,
  takenAttributeNames,
  takenAttributes,
} from '@/lib/imports/taken-attributes';
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
  readOnly: boolean;
  onChange: (mappings: ReverseMapping[]) => void;
}) {
  const { applicationId, mappings, readOnly, onChange } = props;
  const names = useId();
  const preview = useTakenPreview(applicationId, mappings);
  const left = takenAttributeNames.filter((name) => !mappings.some(({ attribute }) => attribute === name));
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
              <Select
                aria-label="Take another attribute"
                size="sm"
                className="w-44"
                placeholder="Take another…"
                value=""
                options={left.map((value) => ({ value, label: takenAttributes[value] }))}
                onValueChange={(value) =>
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
          ? `The values are those of the account ${preview.account.userName}, as it was read last. An expression names attributes in brackets: [userName], [name.givenName].`
          : preview
            ? 'No account was read yet: after the first import, its values are shown here.'
            : 'Reading what an account has …'
      }
    >
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
            const label = takenAttributes[attribute];
            const given = preview?.values.find((one) => one.attribute === attribute);
            return (
              <TableRow key={attribute}>
                <Td className="font-medium">{label}</Td>
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
                  {given?.problem ? (
                    <span className="text-error">{given.problem}</span>
                  ) : (
                    (given?.value ?? <span className="text-muted">{preview ? 'nothing' : '…'}</span>)
                  )}
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
