'use client';

import { ErrorPage } from '@/components/error-page';
import './globals.css';

export default function GlobalError(props: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Latchkey</title>
        <ErrorPage {...props} />
      </body>
    </html>
  );
}
