import { useChangeDefinitions, useObjectDefinition } from '@/api/definitions';
import { isApiError } from '@/api/errors';
import type { Arranged } from '@/api/layouts';
import { useFeedback } from '@/ui/feedback';

type Changes = { [K in keyof Arranged]?: Arranged[K] | null };

/** Stores other layouts, types or columns of an object; tells what went wrong, and whether it went well. */
export function useArrange(object: string, saved: string) {
  const { done, failed, warn } = useFeedback();
  const version = useObjectDefinition(object).data?.version ?? null;
  const change = useChangeDefinitions();
  const arrange = async (changes: Changes): Promise<boolean> => {
    try {
      const answer = await change.mutateAsync({ changes: [{ object, body: changes }], version });
      if (answer.problems.length > 0) {
        warn(answer.problems.map(({ detail }) => detail).join(' '));
        return false;
      }
      done(saved);
      return true;
    } catch (error) {
      if (isApiError(error) && error.problems.length > 0) warn(error.problems.map(({ detail }) => detail).join(' '));
      else failed(error);
      return false;
    }
  };
  return { arrange, saving: change.isPending };
}
