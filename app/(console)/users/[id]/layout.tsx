import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { requireSession } from '@/lib/auth/session';
import { findUserDetail } from './_components/find-user';

/** Answers 403 and 404 before loading.tsx begins to stream with a 200. */
export default async function UserLayout({
  params,
  children,
}: {
  params: Promise<{ id: string }>;
  children: ReactNode;
}) {
  await requireSession('users.read');
  if (!(await findUserDetail((await params).id))) notFound();
  return children;
}
