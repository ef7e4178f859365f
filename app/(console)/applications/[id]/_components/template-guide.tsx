'use client';

import { GuideStep } from '@/components/guides/guide-panel';
import { TextLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import type { TemplateGuide } from '@/lib/applications/catalogue/template-schema';
import { resolvePlaceholders } from '@/lib/applications/placeholders';

type Step = TemplateGuide['sections'][number]['steps'][number];
type GuideField = Step['fields'][number];

/** A template's set-up guide as steps of a GuidePanel: the service provider's own fields, with the values to carry over. */
export function TemplateGuideSteps({
  guide,
  section,
  values,
  certificateUrl,
}: {
  guide: TemplateGuide;
  section: TemplateGuide['sections'][number]['id'];
  /** What {idpUrl}, {certificate}, {SUBDOMAIN} … stand for. */
  values: Readonly<Record<string, string>>;
  certificateUrl?: string | undefined;
}) {
  const found = guide.sections.find((candidate) => candidate.id === section);
  if (!found) return null;
  return (
    <>
      {guide.considerations.length > 0 && (
        <li className="grid gap-1 rounded-md bg-subtle px-3 py-2.5">
          <p className="font-medium">Important considerations</p>
          <ul className="grid list-disc gap-1 pl-4 text-muted">
            {guide.considerations.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </li>
      )}
      {found.steps.map((step, index) => (
        <GuideStep key={step.text} number={index + 1} title={step.text}>
          <StepBody step={step} values={values} certificateUrl={certificateUrl} />
        </GuideStep>
      ))}
    </>
  );
}

function StepBody({
  step,
  values,
  certificateUrl,
}: {
  step: Step;
  values: Readonly<Record<string, string>>;
  certificateUrl: string | undefined;
}) {
  const link = step.link && resolvePlaceholders(step.link.url, values);
  if (!link && step.fields.length === 0) return null;
  return (
    <>
      {step.link && link && link.missing.length === 0 && (
        <p>
          <TextLink href={link.text} external>
            {step.link.label}
          </TextLink>
        </p>
      )}
      {step.fields.length > 0 && (
        <dl className="grid divide-y divide-line rounded-md border border-line text-ink">
          {step.fields.map((field) => (
            <FieldLine key={field.label} field={field} values={values} certificateUrl={certificateUrl} />
          ))}
        </dl>
      )}
    </>
  );
}

const verbs: Record<GuideField['action'], string> = {
  copy: '',
  enter: 'Enter ',
  select: 'Select ',
  enable: 'Switch on',
  leave_blank: 'Leave blank',
};

function FieldLine({
  field,
  values,
  certificateUrl,
}: {
  field: GuideField;
  values: Readonly<Record<string, string>>;
  certificateUrl: string | undefined;
}) {
  const { text, missing } = resolvePlaceholders(field.value, values);
  const copyable = (field.action === 'copy' || field.action === 'enter') && text !== '';
  const pem = text.startsWith('-----BEGIN');
  return (
    <div className="grid gap-0.5 py-1.5 pr-1 pl-2.5">
      <dt className="text-muted text-xs">{field.label}</dt>
      <dd className="flex items-start justify-between gap-2">
        {missing.length > 0 ? (
          <span className="py-1 text-muted">Enter {missing.join(', ')} first</span>
        ) : copyable ? (
          <>
            {pem ? (
              <span className="py-1">
                The contents of{' '}
                {certificateUrl ? (
                  <a href={certificateUrl} download className="text-accent-text underline underline-offset-4">
                    certificate.pem
                  </a>
                ) : (
                  'certificate.pem'
                )}
              </span>
            ) : (
              <span className="min-w-0 break-all py-1 font-mono text-xs">{text}</span>
            )}
            <CopyButton value={text} what={field.label} />
          </>
        ) : (
          <span className="py-1">
            {verbs[field.action]}
            {field.action === 'select' && <strong className="font-medium">{text}</strong>}
          </span>
        )}
      </dd>
      {field.note && <dd className="pb-1 text-muted text-xs">{field.note}</dd>}
    </div>
  );
}
