import { choiceSetting, numberSetting, type Settings, type ValuesOf } from '@/lib/core/setting';
import { importTakes, takesWords } from './takes';

/** How many hours lie between two imports that start by themselves. */
export const hoursBetween = { never: null, hourly: 1, six_hours: 6, daily: 24, weekly: 168 } as const;

/** For how many hours after everything was read an import that starts by itself may read what has changed alone. */
export const hoursBetweenFull = { always: 0, daily: 24, weekly: 168, monthly: 720 } as const;

/** When imports of an application start by themselves, and how many new people one may bring without anybody asked. */
export const scheduleSettings = {
  importTakes: choiceSetting({
    label: 'Import',
    help: 'With groups come their members. Groups become groups of the application here, which can give access to other applications, or are linked to user groups.',
    options: importTakes.map((value) => ({ value, label: takesWords[value] })),
    initial: 'people',
  }),
  importEvery: choiceSetting({
    label: 'Import by itself',
    help: 'Counted from the last import, whoever started it. What the rules let go without review is imported; everything else waits for review, until the next import takes its place: what was chosen by then is kept.',
    options: [
      { value: 'never', label: 'Never' },
      { value: 'hourly', label: 'Every hour' },
      { value: 'six_hours', label: 'Every 6 hours' },
      { value: 'daily', label: 'Every day' },
      { value: 'weekly', label: 'Every week' },
    ],
    initial: 'never',
  }),
  fullReading: choiceSetting({
    label: 'Read all accounts',
    help: 'In between, an import that starts by itself asks for what has changed alone, where the application can be searched by meta.lastModified, which is tried first. That an account was deleted over there is noticed when all are read. Groups, and imports by hand, are always read as a whole.',
    options: [
      { value: 'always', label: 'Every time' },
      { value: 'daily', label: 'Once a day' },
      { value: 'weekly', label: 'Once a week' },
      { value: 'monthly', label: 'Every 30 days' },
    ],
    initial: 'daily',
  }),
  safeguardPeople: numberSetting({
    label: 'Ask where it would create more than',
    help: 'Then nothing of that import is confirmed by itself: it waits for review, and whoever is told of this application gets a mail. So do groups of the application, by hand or by itself, where more people would lose access by leaving them over there.',
    unit: ['person', 'people'],
    min: 1,
    max: 100_000,
    initial: 20,
  }),
  safeguardPercent: numberSetting({
    label: 'And more than',
    help: 'Of the accounts that were read; of who leaves groups, of those who are in groups of the application. Whichever of the two is more counts.',
    unit: ['percent', 'percent'],
    min: 1,
    max: 100,
    initial: 10,
  }),
} satisfies Settings;
export type Schedule = ValuesOf<typeof scheduleSettings>;
