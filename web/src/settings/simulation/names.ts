import type { NamedPerson } from '@/api/simulation';
import { useFormat, useTexts } from '@/i18n';
import { simulationTexts } from './texts';

const NAMES_SHOWN = 5;

/** Some people by name, and how many there are in all where there are more. */
export function useNames(): (people: NamedPerson[]) => string {
  const t = useTexts(simulationTexts);
  const format = useFormat();
  return (people) => {
    const names = people.slice(0, NAMES_SHOWN).map((person) => person.name).join(t('comma'));
    return people.length > NAMES_SHOWN ? t('peopleMore', { names, n: format.number(people.length) }) : names;
  };
}
