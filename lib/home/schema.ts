/** One line of the attention queue: one cause, one action. */
export interface AttentionItem {
  id: string;
  severity: 'error' | 'warning';
  /** What it is about, by name. */
  subject: string;
  /** Null: about a webhook, or about names in the directory. */
  application: { id: string; displayLabel: string; logoColor: string; logoImage: string | null } | null;
  title: string;
  cause: string;
  /** `needs`: the permission to do it; null: whoever sees it may. Who may not is shown the way there alone. */
  action: {
    label: string;
    href: string;
    needs: 'integration.write' | 'sso.write' | 'users.write' | 'groups.write' | null;
  };
}
