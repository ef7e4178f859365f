'use client';

import { useId, useState } from 'react';
import { Controller } from 'react-hook-form';
import { z } from 'zod';
import { CopyField } from '@/components/patterns/copy-field';
import { FormError } from '@/components/patterns/form-error';
import { LeaveGuard } from '@/components/patterns/leave-guard';
import { useActionForm } from '@/components/patterns/use-action-form';
import { AlertDialog } from '@/components/ui/alert-dialog';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { CodeBlock } from '@/components/ui/code-block';
import { Dialog, DialogContent } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { createSourceTokenSchema } from '@/lib/inbound/schema';
import { createSourceTokenAction } from '../../actions';

const lifetimes = ['180', '365', 'never'] as const;
const formSchema = z.object({ label: createSourceTokenSchema.shape.label, lifetime: z.enum(lifetimes) });
const lifetimeOptions = [
  { value: '180', label: 'In 180 days' },
  { value: '365', label: 'In 365 days' },
  { value: 'never', label: 'Never' },
];
const dayMs = 86_400_000;

interface Props {
  sourceId: string;
  url: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Creates a token and shows it, this once: while it is shown, nothing closes it unasked. */
export function CreateSourceToken({ sourceId, url, open, onOpenChange }: Props) {
  const [token, setToken] = useState<string>();
  const [asking, setAsking] = useState(false);
  const close = () => {
    setAsking(false);
    setToken(undefined);
    onOpenChange(false);
  };
  const change = (next: boolean) => {
    if (next) onOpenChange(true);
    else if (token) setAsking(true);
    else close();
  };
  return (
    <>
      <Dialog open={open} onOpenChange={change}>
        {token ? (
          <Shown token={token} url={url} onStored={close} />
        ) : (
          <TokenForm sourceId={sourceId} onCreated={setToken} onCancel={close} />
        )}
      </Dialog>
      {/* Reloading or closing the tab. */}
      <LeaveGuard when={open && token !== undefined} />
      <AlertDialog
        open={asking}
        onOpenChange={setAsking}
        title="Close without the token?"
        description="If it is not stored anywhere yet, it is lost: it is not shown again. It stays in the list until it is revoked."
        confirmLabel="Close"
        cancelLabel="Show the token"
        danger
        onConfirm={close}
      />
    </>
  );
}

function TokenForm(props: { sourceId: string; onCreated: (token: string) => void; onCancel: () => void }) {
  const id = useId();
  const { form, submit, pending, error, fieldError } = useActionForm({
    schema: formSchema,
    defaultValues: { label: '', lifetime: '365' },
    action: ({ label, lifetime }) => {
      const expiresAt = lifetime === 'never' ? null : new Date(Date.now() + Number(lifetime) * dayMs);
      return createSourceTokenAction({ sourceId: props.sourceId, label, expiresAt });
    },
    after: 'none',
    onSuccess: ({ token }) => props.onCreated(token),
  });
  return (
    <DialogContent
      title="Create token"
      description="For the other directory alone. It may read and change what this source owns, and nothing else."
      footer={
        <>
          <Button onClick={props.onCancel} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" form={id} variant="primary" pending={pending}>
            Create token
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="grid gap-5">
        <FormError error={error} />
        <Field
          label="Name"
          required
          error={fieldError('label')}
          help="By which it is known in this list and in events."
        >
          <Input autoComplete="off" placeholder="Provisioning 2027" {...form.register('label')} />
        </Field>
        <Controller
          name="lifetime"
          control={form.control}
          render={({ field }) => (
            <Field label="Expires" help="Make another one before: the directory is refused from that moment on.">
              <Select options={lifetimeOptions} value={field.value} onValueChange={field.onChange} />
            </Field>
          )}
        />
      </form>
    </DialogContent>
  );
}

function Shown({ token, url, onStored }: { token: string; url: string; onStored: () => void }) {
  return (
    <DialogContent
      title="Token created"
      size="lg"
      footer={
        <Button variant="primary" onClick={onStored}>
          I have stored the token
        </Button>
      }
    >
      <div className="grid gap-5">
        <Callout kind="warning" title="Copy the token now: it is not shown again">
          Latchkey keeps only its hash. Paste it into the other directory.
        </Callout>
        <CopyField label="Token" value={token} />
        <CodeBlock
          label="A first request"
          wrap
          code={`curl -H "Authorization: Bearer ${token}" "${url}/Users?count=1"`}
        />
      </div>
    </DialogContent>
  );
}
