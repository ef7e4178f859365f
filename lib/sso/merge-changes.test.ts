import { describe, expect, it } from 'vitest';
import { ssoDraftSchema } from '@/lib/applications/schema';
import { nameIdFormats } from '@/lib/saml/schema';
import { changesOfMetadata, mergeChanges, type StoredSso } from './merge-changes';
import { ssoChangesSchema } from './schema';

const tab: StoredSso = {
  idpEntityId: 'urn:idp',
  placeholders: { SUBDOMAIN: 'acme', REGION: 'eu' },
  settings: ssoDraftSchema.parse({
    spEntityId: 'https://sp.example',
    acsUrls: [{ url: 'https://sp.example/acs', index: 0, isDefault: true }],
    signResponse: true,
    sessionMinutes: 60,
  }),
  spCertificates: ['PEM'],
};

describe('changes by a script', () => {
  it('leave what they do not name, on every level, as it is', () => {
    expect(mergeChanges(tab, ssoChangesSchema.parse({}))).toEqual({
      idpEntityId: 'urn:idp',
      placeholders: tab.placeholders,
      settings: tab.settings,
      spCertificates: ['PEM'],
      activation: 'keep',
    });
    const changes = ssoChangesSchema.parse({ placeholders: { REGION: '' }, settings: { sessionMinutes: 30 } });
    expect(mergeChanges(tab, changes)).toMatchObject({
      placeholders: { SUBDOMAIN: 'acme', REGION: '' },
      settings: { ...tab.settings, sessionMinutes: 30 },
    });
  });

  it('replace what they name, with nothing too', () => {
    const changes = ssoChangesSchema.parse({ idpEntityId: '', settings: { acsUrls: [] }, spCertificates: [] });
    const merged = mergeChanges(tab, changes);
    expect(merged).toMatchObject({ idpEntityId: '', spCertificates: [] });
    expect(merged.settings).toEqual({ ...tab.settings, acsUrls: [] });
  });

  it('know every setting and no other', () => {
    expect(ssoChangesSchema.safeParse({ settings: tab.settings }).success).toBe(true);
    expect(ssoChangesSchema.safeParse({ settings: { spEntityID: 'https://sp.example' } }).success).toBe(false);
    expect(ssoChangesSchema.safeParse({ settings: { sessionMinutes: 1 } }).success).toBe(false);
  });
});

describe('metadata of the service provider', () => {
  const found = {
    entityId: 'https://new.example',
    acsUrls: [{ url: 'https://new.example/acs', index: 1, isDefault: true }],
    certificates: [],
    encryptionCertificate: undefined,
    wantAssertionsSigned: undefined,
    authnRequestsSigned: undefined,
    nameIdFormats: [],
  };

  it('keeps certificates and signing where it says nothing of them', () => {
    expect(mergeChanges(tab, changesOfMetadata(found, tab))).toMatchObject({
      settings: { ...tab.settings, spEntityId: found.entityId, acsUrls: found.acsUrls },
      spCertificates: ['PEM'],
    });
    expect(changesOfMetadata({ ...found, wantAssertionsSigned: false }, tab).settings).not.toHaveProperty(
      'signAssertion',
    );
  });

  it('brings its certificates, and the signature that it wants', () => {
    expect(changesOfMetadata({ ...found, certificates: ['NEW'], wantAssertionsSigned: true }, tab)).toMatchObject({
      settings: { signAssertion: true },
      spCertificates: ['NEW'],
    });
  });

  it('brings the first NameID format that can be sent, unless the present one is among them', () => {
    const { unspecified, persistent, transient, emailAddress } = nameIdFormats;
    const kerberos = 'urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos';
    const taken = (...formats: string[]) => changesOfMetadata({ ...found, nameIdFormats: formats }, tab).settings;
    expect(taken(kerberos, transient, persistent)).toMatchObject({ nameIdFormat: transient });
    expect(taken(emailAddress)).toMatchObject({
      nameIdFormat: emailAddress,
      nameIdSource: { kind: 'property', source: 'email' },
    });
    for (const formats of [[], [kerberos], [persistent, unspecified]]) {
      expect(taken(...formats)).not.toHaveProperty('nameIdFormat');
    }
  });

  it('requires signed requests where it says that they are signed and there is a certificate, and never ends that', () => {
    const signed = { ...found, authnRequestsSigned: true };
    expect(changesOfMetadata(signed, tab).settings).toMatchObject({ requireSignedRequests: true });
    const none = { ...tab, spCertificates: [] };
    expect(changesOfMetadata({ ...signed, certificates: ['NEW'] }, none).settings).toMatchObject({
      requireSignedRequests: true,
    });
    expect(changesOfMetadata(signed, none).settings).not.toHaveProperty('requireSignedRequests');
    expect(changesOfMetadata({ ...found, authnRequestsSigned: false }, tab).settings).not.toHaveProperty(
      'requireSignedRequests',
    );
  });
});
