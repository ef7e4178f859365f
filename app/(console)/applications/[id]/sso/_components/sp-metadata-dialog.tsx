'use client';

import { FileUp } from 'lucide-react';
import { useState } from 'react';
import { DiffTable } from '@/components/patterns/diff-table';
import { FormError } from '@/components/patterns/form-error';
import { useAction } from '@/components/patterns/use-action';
import { Button } from '@/components/ui/button';
import { Dialog, DialogContent, DialogTrigger } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { ssoDraftSchema } from '@/lib/applications/schema';
import { decodeXml } from '@/lib/core/decode-xml';
import { AppError } from '@/lib/core/errors';
import type { SpMetadata } from '@/lib/saml/read-sp-metadata';
import { changesOfMetadata } from '@/lib/sso/merge-changes';
import { readCertificateAction, readMetadataAction } from '../actions';
import type { SsoFormHandle, SsoFormValues } from './form-types';

type CertificateRow = SsoFormValues['spCertificates'][number];

/** SP metadata, pasted or uploaded: read, compared, applied to the form; saved with everything else. */
export function SpMetadataDialog({ form, appName }: { form: SsoFormHandle; appName: string }) {
  const [open, setOpen] = useState(false);
  const [xml, setXml] = useState('');
  const [found, setFound] = useState<SpMetadata>();
  const [fileError, setFileError] = useState<AppError>();
  const [entityId, setEntityId] = useState<string>();
  const { run, pending, error, clearError } = useAction(readMetadataAction, {
    showError: 'inline',
    onSuccess: (result) => setFound(result.metadata),
  });
  // The service providers that the document describes, to choose from.
  const entityIds = (error?.code === 'invalid_input' && error.details?.entityIds?.filter(Boolean)) || [];
  const enter = (text: string) => {
    setXml(text);
    setFileError(undefined);
    setEntityId(undefined);
    clearError();
  };
  const close = (next: boolean) => {
    setOpen(next);
    if (!next) setFound(undefined);
  };
  const apply = async () => {
    if (!found) return;
    const dirty = { shouldDirty: true, shouldValidate: true };
    const { settings, spCertificates } = changesOfMetadata(found, presentOf(form));
    form.setValue('settings.spEntityId', settings.spEntityId, dirty);
    form.setValue('settings.acsUrls', settings.acsUrls, dirty);
    if (settings.signAssertion) form.setValue('settings.signAssertion', true, dirty);
    if (settings.requireSignedRequests) form.setValue('settings.requireSignedRequests', true, dirty);
    if (settings.encryptionCertificate) {
      form.setValue('settings.encryptionCertificate', settings.encryptionCertificate, dirty);
    }
    if (settings.logoutUrl) {
      form.setValue('settings.logoutUrl', settings.logoutUrl, dirty);
      form.setValue('settings.logoutResponseUrl', settings.logoutResponseUrl, dirty);
      form.setValue('settings.logoutBinding', settings.logoutBinding, dirty);
    }
    if (settings.nameIdFormat) form.setValue('settings.nameIdFormat', settings.nameIdFormat, dirty);
    if (settings.nameIdSource) form.setValue('settings.nameIdSource', settings.nameIdSource, dirty);
    const certificates = await readAll(spCertificates ?? []);
    if (certificates.length > 0) form.setValue('spCertificates', certificates, dirty);
    close(false);
    toast.info('The form holds what the metadata says.', { description: 'Review it, then save.' });
  };
  return (
    <Dialog open={open} onOpenChange={close}>
      <DialogTrigger asChild>
        <Button className="justify-self-start">
          <FileUp aria-hidden /> Use SP metadata
        </Button>
      </DialogTrigger>
      <DialogContent
        title={`Metadata of ${appName}`}
        description="Paste or upload it, compare, then apply. Nothing is saved until you save the form."
        size="lg"
        footer={
          found ? (
            <>
              <Button onClick={() => setFound(undefined)}>Back</Button>
              <Button variant="primary" onClick={() => void apply()}>
                Apply to the form
              </Button>
            </>
          ) : (
            <Button
              variant="primary"
              pending={pending}
              disabled={!xml.trim() || (entityIds.length > 0 && !entityId)}
              onClick={() => void run({ xml, entityId })}
            >
              Read metadata
            </Button>
          )
        }
      >
        {found ? (
          <Comparison form={form} found={found} />
        ) : (
          <div className="grid gap-3">
            {entityIds.length > 0 ? (
              <Field label="Service provider" help={`This document describes ${entityIds.length}. Which one is it?`}>
                <Select
                  placeholder="Choose one"
                  options={entityIds.map((value) => ({ value, label: value }))}
                  value={entityId}
                  onValueChange={setEntityId}
                />
              </Field>
            ) : (
              <FormError error={fileError ?? error} />
            )}
            <Field label="SP metadata (XML)">
              <Textarea
                mono
                rows={10}
                spellCheck={false}
                placeholder="<md:EntityDescriptor …"
                value={xml}
                onChange={(event) => enter(event.target.value)}
              />
            </Field>
            <label className="text-muted text-xs">
              Or a file:{' '}
              <input
                type="file"
                accept=".xml,text/xml,application/xml,application/samlmetadata+xml"
                onChange={(event) => void readFile(event.target.files?.[0]).then(enter, setFileError)}
              />
            </label>
          </div>
        )}
      </DialogContent>
    </Dialog>
  );
}

/** An uploaded document, decoded as it says. @throws AppError */
async function readFile(file: File | undefined): Promise<string> {
  if (!file) return '';
  if (file.size > 1_048_576) throw new AppError('invalid_input', 'The file is larger than 1 MiB.');
  return decodeXml(new Uint8Array(await file.arrayBuffer()));
}

/** What of the form decides what is taken over. */
function presentOf(form: SsoFormHandle) {
  const { settings, spCertificates } = form.getValues();
  return { settings: ssoDraftSchema.pick({ nameIdFormat: true, nameIdSource: true }).parse(settings), spCertificates };
}

function Comparison({ form, found }: { form: SsoFormHandle; found: SpMetadata }) {
  const { settings, spCertificates } = form.getValues();
  const changes = changesOfMetadata(found, presentOf(form));
  const after = { ...settings, ...changes.settings };
  const certificates = changes.spCertificates?.length ?? spCertificates.length;
  return (
    <div className="grid gap-3">
      <DiffTable
        label="The form and the metadata"
        nameHeader="Field"
        beforeHeader="In the form"
        afterHeader="In the metadata"
        rows={[
          row('SP Entity ID', settings.spEntityId ?? '', after.spEntityId),
          row('ACS URLs', urls(settings.acsUrls), urls(after.acsUrls)),
          row('SP certificates', `${spCertificates.length}`, `${certificates}`),
          row(
            'Encryption certificate',
            presence(settings.encryptionCertificate),
            presence(after.encryptionCertificate, settings.encryptionCertificate),
          ),
          row('Single logout URL', settings.logoutUrl ?? '', after.logoutUrl ?? ''),
          row('NameID format', shortName(settings.nameIdFormat), shortName(after.nameIdFormat)),
          row('NameID made from', settings.nameIdSource?.source ?? '', after.nameIdSource?.source ?? ''),
          row('Sign assertion', yesNo(settings.signAssertion), yesNo(after.signAssertion)),
          row('Require signed requests', yesNo(settings.requireSignedRequests), yesNo(after.requireSignedRequests)),
        ]}
      />
      {found.authnRequestsSigned && !after.requireSignedRequests && (
        <p className="text-muted text-xs">
          It says that requests are signed, and has no certificate to verify them with: add one before you require it.
        </p>
      )}
      {found.nameIdFormats.length > 0 && !found.nameIdFormats.includes(after.nameIdFormat ?? '') && (
        <p className="text-muted text-xs">
          It asks for {found.nameIdFormats.map(shortName).join(', ')}, which cannot be sent: the NameID format stays as
          it is.
        </p>
      )}
    </div>
  );
}

function row(name: string, before: string, after: string) {
  return { name, before: before || undefined, after: after || undefined, changed: before !== after };
}

function urls(list: readonly { url: string }[] | undefined): string {
  return (list ?? []).map((acs) => acs.url).join(' ');
}

/** Whether there is a certificate, and whether it is another than the one before. */
function presence(certificate: string | undefined, before = certificate): string {
  if (!certificate) return 'none';
  return before && before !== certificate ? 'another one' : 'one';
}

function yesNo(value: boolean | undefined): string {
  return value ? 'yes' : 'no';
}

/** The last part of a format's URN. */
function shortName(urn: string | undefined): string {
  return urn?.split(':').at(-1) ?? '';
}

async function readAll(certificates: readonly string[]): Promise<CertificateRow[]> {
  const rows: CertificateRow[] = [];
  for (const certificate of certificates) {
    const result = await readCertificateAction({ certificate });
    if (!result.ok) {
      toast.error(result.message, { description: result.hint });
      continue;
    }
    const { fingerprint, subject, notAfter } = result;
    if (!rows.some((row) => row.fingerprint === fingerprint))
      rows.push({ certificate, fingerprint, subject, notAfter });
  }
  return rows;
}
