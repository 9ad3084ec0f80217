import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { followImport, isActive, useImport, type ImportJob } from '@/api/imports';
import { keys } from '@/api/keys';

/** An import as it stands, kept up to date by the server's events while it is under way. */
export function useFollowedImport(id: string) {
  const client = useQueryClient();
  const query = useImport(id);
  const active = query.data !== undefined && isActive(query.data);
  useEffect(() => {
    if (!active) return undefined;
    const take = (job: ImportJob) => {
      client.setQueryData(keys.import(id), job);
      if (isActive(job)) return;
      void client.invalidateQueries({ queryKey: keys.imports, exact: true });
      if (!job.dry_run) void client.invalidateQueries({ queryKey: keys.data });
    };
    // The browser connects again by itself; asking once tells when it has ended in the meantime.
    return followImport(id, take, () => void client.invalidateQueries({ queryKey: keys.import(id) }));
  }, [active, client, id]);
  return query;
}
