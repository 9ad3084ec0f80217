import { useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';

/** How many records of `object` refer to a record by `field`; `in_the_way`: it cannot be deleted while they do. */
export interface Use {
  object: string;
  field: string;
  count: number;
  capped: boolean;
  in_the_way: boolean;
}

/** Where a record is used, as far as the reader may see. */
export function useUses(object: string, id: string) {
  return useQuery({
    queryKey: keys.uses(object, id),
    queryFn: ({ signal }) => request<{ uses: Use[] }>('GET', `/records/${object}/${id}/uses`, { signal }).then((answer) => answer.uses),
  });
}
