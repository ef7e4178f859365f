import { explain } from '../lib/core/explain';

/** What to do about PostgreSQL's own refusals (SQLSTATE). */
const advice: Record<string, string> = {
  '28P01': 'Correct the user and the password in DATABASE_URL.',
  '28000': 'Correct the user in DATABASE_URL, or let that user in (pg_hba.conf of the server).',
  '3D000': 'Create that database, or correct the name in DATABASE_URL.',
  '42501': 'The user of DATABASE_URL must own the database: ALTER DATABASE … OWNER TO … makes it so.',
  '25006': 'It is read-only, a standby perhaps: set DATABASE_URL to the primary server.',
  '53100': 'The disk of the database is full: free some space there.',
  '53300': 'It has no connection left: raise max_connections there, or lower DATABASE_POOL_SIZE.',
  '57P03': 'It is starting or stopping: try again in a moment.',
};

/** Says why a database cannot be used and what to do. @param name how the operator knows the database */
export function explainDatabase(error: unknown, name: string): string {
  const codes = [error, (error as { cause?: unknown } | undefined)?.cause].map(
    (one) => (one as { code?: unknown })?.code,
  );
  const known = codes.map((code) => advice[String(code)]).find(Boolean);
  const reason = explain(error).replace(/[.\s]*$/, '.');
  return `${name} cannot be used: ${reason}${known ? `\n${known}` : ''}`;
}
