'use client';

import { AlertDialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button';
import { scrimStyle } from './dialog';

export interface AlertDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description: ReactNode;
  /** The verb and its object: "Pause provisioning". */
  confirmLabel: string;
  cancelLabel?: string;
  danger?: boolean;
  pending?: boolean;
  confirmDisabled?: boolean;
  onConfirm: () => void;
  children?: ReactNode;
}

/** A question that must be answered; it does not close by a click beside it. For deletions use ConfirmDestructive. */
export function AlertDialog({
  open,
  onOpenChange,
  title,
  description,
  confirmLabel,
  cancelLabel = 'Cancel',
  danger = false,
  pending = false,
  confirmDisabled = false,
  onConfirm,
  children,
}: AlertDialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={scrimStyle} />
        <div className="pointer-events-none fixed inset-0 z-50 grid place-items-center p-4">
          <Radix.Content className="pointer-events-auto flex max-h-[calc(100dvh-2rem)] w-full max-w-[480px] animate-pop-in flex-col rounded-lg bg-raised shadow-float outline-none">
            <div className="grid gap-2 overflow-y-auto p-5">
              <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
              <Radix.Description asChild>
                <div className="text-muted text-sm">{description}</div>
              </Radix.Description>
              {children && <div className="mt-2 grid gap-4">{children}</div>}
            </div>
            <footer className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">
              <Radix.Cancel asChild>
                <Button variant="secondary" disabled={pending}>
                  {cancelLabel}
                </Button>
              </Radix.Cancel>
              <Button
                variant={danger ? 'danger' : 'primary'}
                pending={pending}
                disabled={confirmDisabled}
                onClick={onConfirm}
              >
                {confirmLabel}
              </Button>
            </footer>
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}
