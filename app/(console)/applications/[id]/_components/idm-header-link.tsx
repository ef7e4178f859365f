/** "Deactivate IdM connection", under the logo in the header; nothing while there is no connection. */
export function IdmHeaderLink(_props: { applicationId: string }) {
  return null;
}
