import { links } from '@/lib/core/links';
import { db } from '@/lib/db/client';
import { switchedOffCodes } from '@/lib/provisioning/plan/action-switches';
import type { AttentionItem } from './schema';

/** Counted up to here, per application; its reason is the most frequent of the first thousand. */
const most = 10_000;
const sampled = 1_000;

interface Skipped {
  id: string;
  displayLabel: string;
  logoColor: string;
  logoImage: string | null;
  count: number;
  message: string;
}

/** Applications in which people get no account because of a rule: nothing fails there, and nothing happens. What an administrator has switched off is none. */
export async function skippedPeople(): Promise<AttentionItem[]> {
  const rows = await db.$queryRaw<Skipped[]>`
    SELECT a.id, a.display_label AS "displayLabel", a.logo_color AS "logoColor", a.logo_image AS "logoImage",
      counted.count, why.message
    FROM applications a JOIN integrations i ON i.application_id = a.id AND i.status <> 'inactive'
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS count FROM (
        SELECT 1 FROM user_links l WHERE l.application_id = a.id AND l.state = 'skipped' AND l.last_error ->> 'code' <> ALL (${switchedOffCodes})
        LIMIT ${most + 1}) found) counted
    CROSS JOIN LATERAL (
      SELECT mode() WITHIN GROUP (ORDER BY found.message) AS message FROM (
        SELECT l.last_error->>'message' AS message FROM user_links l
        WHERE l.application_id = a.id AND l.state = 'skipped' AND l.last_error ->> 'code' <> ALL (${switchedOffCodes}) LIMIT ${sampled}) found) why
    WHERE counted.count > 0
    ORDER BY counted.count DESC, a.id`;
  return rows.map(({ count, message, ...application }) => {
    const people = count > most ? `${most.toLocaleString('en')}+` : count.toLocaleString('en');
    return {
      id: `skipped:${application.id}`,
      severity: 'warning',
      subject: application.displayLabel,
      application,
      title: count === 1 ? '1 person is skipped' : `${people} people are skipped`,
      cause: message,
      action: {
        label: 'Review skipped',
        href: links.application(application.id).assignments({ state: ['skipped'] }),
        needs: null,
      },
    };
  });
}
