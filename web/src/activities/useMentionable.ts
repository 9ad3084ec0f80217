import { useEffect, useState } from 'react';
import { findMentionable, type Mentionable } from '@/api/activities';
import { useDebounced } from '@/ui/useDebounced';

interface Answered {
  text: string;
  people: Mentionable[];
}

/** Colleagues whose name contains what was typed behind an @, and whether they may see the record. */
export function useMentionable(object: string, id: string) {
  const [typed, setTyped] = useState<string>();
  const [answered, setAnswered] = useState<Answered>();
  const settled = useDebounced(typed);
  useEffect(() => {
    if (settled === undefined) return undefined;
    let current = true;
    const answer = (people: Mentionable[]) => { if (current) setAnswered({ text: settled, people }); };
    findMentionable(settled, object, id).then(answer, () => { answer([]); });
    return () => { current = false; };
  }, [settled, object, id]);
  // Not a flag that is set and taken back: the box asks for the same text more than once.
  const loading = typed !== undefined && typed !== answered?.text;
  return { people: loading ? [] : (answered?.people ?? []), loading, search: setTyped };
}
