import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@/lib/core/errors';
import { resolveDeep } from '../placeholders';
import { type Template, templateSchema } from './template-schema';

/** Every process of the product runs in the folder of the clone; that the templates are read there makes them data. */
function catalogueFolder(): string {
  return join(/* turbopackIgnore: true */ process.cwd(), 'lib', 'applications', 'catalogue');
}

/** The folders that hold a template, by name. */
function templateIds(): string[] {
  return readdirSync(catalogueFolder(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Reads and validates one template. @param sandboxUrl where given, the vendor's address is the sandbox's
 * @throws Error that names the file and what is wrong with it
 */
export function readTemplate(id: string, sandboxUrl: string | undefined): Template {
  const file = join(catalogueFolder(), id, 'template.json');
  const parsed = templateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${file}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  if (parsed.data.id !== id) throw new Error(`${file}: id must be the name of the folder, ${id}`);
  return atHome(parsed.data, sandboxUrl);
}

/** Says where the vendor is: {VENDOR} and the links of the guide. */
function atHome(template: Template, sandboxUrl: string | undefined): Template {
  const sandbox = sandboxUrl?.replace(/\/$/, '');
  const vendor = template.vendorBase;
  const inSandbox = Boolean(sandbox && vendor?.sandbox);
  const sections = template.guide.sections.map((section) => ({
    ...section,
    steps: section.steps.map((step) =>
      step.link?.sandbox && inSandbox ? { ...step, link: { ...step.link, url: step.link.sandbox } } : step,
    ),
  }));
  const values: Record<string, string> = {};
  if (vendor) values.VENDOR = inSandbox && vendor.sandbox ? vendor.sandbox : vendor.live;
  const withVendor = resolveDeep({ ...template, guide: { ...template.guide, sections } }, values);
  return sandbox ? resolveDeep(withVendor, { SANDBOX: sandbox }) : withVendor;
}

let cached: { sandboxUrl: string | undefined; templates: Map<string, Template> } | undefined;

/** Read once per process; in development each time, so that an edited template shows at once. */
function templates(): Map<string, Template> {
  const sandboxUrl = process.env.SANDBOX_URL || undefined;
  if (cached && cached.sandboxUrl === sandboxUrl && process.env.NODE_ENV !== 'development') return cached.templates;
  cached = { sandboxUrl, templates: new Map(templateIds().map((id) => [id, readTemplate(id, sandboxUrl)])) };
  return cached.templates;
}

/** The catalogue, by name; the general ones (custom, bookmark) last. Server only. */
export function listTemplates(): Template[] {
  const general = (template: Template) => Number(template.id === 'custom-saml' || template.id === 'bookmark');
  return [...templates().values()].sort((a, b) => general(a) - general(b) || a.name.localeCompare(b.name, 'en'));
}

/** Undefined when the catalogue has no such template. */
export function findTemplate(id: string): Template | undefined {
  return templates().get(id);
}

/** @throws AppError `not_found` when the catalogue has no such template (any more) */
export function getTemplate(id: string): Template {
  const template = findTemplate(id);
  if (!template) {
    throw new AppError('not_found', `The catalogue has no application "${id}".`, {
      hint: `Put its template back under lib/applications/catalogue/${id}.`,
    });
  }
  return template;
}
