/** A sharing rule in words. */
import type { Subject } from '@/api/sharing';
import type { Translate } from '@/i18n';
import type { sharingTexts } from './texts';

type T = Translate<keyof typeof sharingTexts>;

export const subjectKey = (subject: Subject): string => `${subject.object}:${subject.id}:${String(subject.with_below)}`;

export const subjectWords = (subject: Subject, t: T): string =>
  subject.with_below ? t('below', { name: subject.name ?? '' }) : (subject.name ?? '');

const SHOWN = 3;

/** 方案部、王芳、华东区及下级 等 5 个 */
export function subjectsWords(subjects: Subject[], t: T): string {
  const [first = '', ...rest] = subjects.slice(0, SHOWN).map((subject) => subjectWords(subject, t));
  const listed = rest.reduce((all, name) => t('joinNames', { first: all, rest: name }), first);
  return subjects.length > SHOWN ? `${listed} ${t('others', { n: subjects.length })}` : listed;
}
