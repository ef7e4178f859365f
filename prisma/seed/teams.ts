/** A part of the company: who is in it, and which groups they are direct members of. */
export interface Team {
  department: string;
  costCenter: string;
  people: number;
  head: string;
  /** Titles in turn; the first person of the team gets `head`. */
  titles: readonly string[];
  locations: readonly string[];
  groups: readonly string[];
  contractor?: boolean;
}

/** The twelve groups; `within` are the groups that they are nested in. */
export const groups: readonly { name: string; description: string; within: readonly string[] }[] = [
  { name: 'All Staff', description: 'Everyone employed by Acme.', within: [] },
  { name: 'Engineering', description: 'Everyone who builds the product.', within: ['All Staff'] },
  { name: 'Platform', description: 'Infrastructure, reliability and data.', within: ['Engineering'] },
  { name: 'Security', description: 'Product and corporate security.', within: ['Engineering'] },
  { name: 'Product & Design', description: 'Product managers, designers, research.', within: ['All Staff'] },
  { name: 'Sales', description: 'Account executives, solution engineers, sales operations.', within: ['All Staff'] },
  { name: 'Sales EMEA', description: 'Sales in Europe, the Middle East and Africa.', within: ['Sales'] },
  { name: 'Marketing', description: 'Demand, brand, content, events.', within: ['All Staff'] },
  { name: 'Customer Support', description: 'Support and customer success.', within: ['All Staff'] },
  { name: 'Finance', description: 'Accounting, planning, procurement.', within: ['All Staff'] },
  { name: 'IT', description: 'Runs what everybody works with.', within: ['All Staff'] },
  { name: 'Contractors', description: 'People of other companies who work with us for a time.', within: [] },
];

/** Groups whose members follow from a rule: how the guides have userType controlled by a group. */
export const dynamicGroups: readonly { name: string; description: string; titles: readonly string[] }[] = [
  {
    name: 'Egnyte Power Users',
    description: 'Who is a power user in Egnyte: engineers, and whoever sells or designs.',
    titles: ['Senior Software Engineer', 'Staff Engineer', 'Solution Engineer', 'Product Designer'],
  },
];

const america = ['Denver', 'Austin', 'Toronto'];
const emea = ['London', 'Berlin', 'Lisbon'];
const everywhere = [...america, ...emea, 'Singapore'];

export const teams: readonly Team[] = [
  {
    department: 'Engineering',
    costCenter: 'CC-1100',
    people: 62,
    head: 'VP of Engineering',
    titles: ['Software Engineer', 'Senior Software Engineer', 'Staff Engineer', 'QA Engineer', 'Engineering Manager'],
    locations: everywhere,
    groups: ['Engineering'],
  },
  {
    department: 'Engineering',
    costCenter: 'CC-1120',
    people: 20,
    head: 'Director of Platform',
    titles: ['Site Reliability Engineer', 'Platform Engineer', 'Data Engineer', 'Senior Platform Engineer'],
    locations: ['Denver', 'Berlin', 'Singapore'],
    groups: ['Platform'],
  },
  {
    department: 'Engineering',
    costCenter: 'CC-1130',
    people: 8,
    head: 'Chief Information Security Officer',
    titles: ['Security Engineer', 'Security Analyst', 'Identity Engineer'],
    locations: ['Denver', 'London'],
    groups: ['Security'],
  },
  {
    department: 'Product & Design',
    costCenter: 'CC-1200',
    people: 20,
    head: 'Chief Product Officer',
    titles: ['Product Manager', 'Product Designer', 'User Researcher', 'Senior Product Manager'],
    locations: ['Denver', 'Berlin'],
    groups: ['Product & Design'],
  },
  {
    department: 'Sales',
    costCenter: 'CC-2100',
    people: 28,
    head: 'Chief Revenue Officer',
    titles: ['Account Executive', 'Sales Development Representative', 'Solution Engineer', 'Sales Operations Analyst'],
    locations: [...america, 'Singapore'],
    groups: ['Sales'],
  },
  {
    department: 'Sales',
    costCenter: 'CC-2110',
    people: 17,
    head: 'Director of Sales EMEA',
    titles: ['Account Executive', 'Sales Development Representative', 'Solution Engineer'],
    locations: emea,
    groups: ['Sales EMEA'],
  },
  {
    department: 'Marketing',
    costCenter: 'CC-2200',
    people: 18,
    head: 'VP of Marketing',
    titles: ['Marketing Manager', 'Content Strategist', 'Event Manager', 'Brand Designer'],
    locations: ['Austin', 'London'],
    groups: ['Marketing'],
  },
  {
    department: 'Customer Support',
    costCenter: 'CC-2300',
    people: 26,
    head: 'VP of Customer Success',
    titles: ['Support Engineer', 'Customer Success Manager', 'Support Specialist'],
    locations: ['Toronto', 'Lisbon', 'Singapore'],
    groups: ['Customer Support'],
  },
  {
    department: 'Finance',
    costCenter: 'CC-3100',
    people: 14,
    head: 'Chief Financial Officer',
    titles: ['Accountant', 'Financial Analyst', 'Procurement Specialist', 'Payroll Specialist'],
    locations: ['Denver', 'London'],
    groups: ['Finance'],
  },
  {
    department: 'People & Legal',
    costCenter: 'CC-3200',
    people: 12,
    head: 'Chief People Officer',
    titles: ['People Partner', 'Recruiter', 'Legal Counsel', 'Workplace Manager'],
    locations: ['Denver', 'Berlin'],
    groups: ['All Staff'],
  },
  {
    department: 'IT',
    costCenter: 'CC-3300',
    people: 8,
    head: 'Director of IT',
    titles: ['Systems Administrator', 'IT Support Engineer', 'Network Engineer'],
    locations: ['Denver', 'Toronto'],
    groups: ['IT'],
  },
  {
    department: 'Engineering',
    costCenter: 'CC-9100',
    people: 9,
    head: 'Contract Engineer',
    titles: ['Contract Engineer', 'Contract Designer', 'Contract Technical Writer'],
    locations: ['Lisbon', 'Austin'],
    groups: ['Contractors'],
    contractor: true,
  },
];
