'use client';

import { useState } from 'react';
import { type Created, CreatedApplication } from './created-application';
import { DetailsStep } from './details-step';
import { type CatalogueEntry, SelectStep } from './select-step';
import { Steps } from './steps';

/** The wizard: select, describe, done. Going back keeps what was typed for the same application. */
export function AddApplication({
  templates,
  idpUrlPrefix,
}: {
  templates: readonly CatalogueEntry[];
  idpUrlPrefix: string;
}) {
  const [selected, setSelected] = useState<CatalogueEntry>();
  const [step, setStep] = useState<'select' | 'details'>('select');
  const [created, setCreated] = useState<Created>();
  if (created) return <CreatedApplication {...created} />;
  return (
    <div className="grid max-w-[760px] gap-6">
      <Steps current={step === 'select' ? 0 : 1} labels={['Select application', 'General info']} />
      <div hidden={step !== 'select'}>
        <SelectStep
          templates={templates}
          selected={selected}
          onSelect={setSelected}
          onNext={() => selected && setStep('details')}
        />
      </div>
      {selected && step === 'details' && (
        <DetailsStep
          key={selected.id}
          template={selected}
          idpUrlPrefix={idpUrlPrefix}
          onBack={() => setStep('select')}
          onCreated={setCreated}
        />
      )}
    </div>
  );
}
