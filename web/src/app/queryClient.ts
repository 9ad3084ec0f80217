import { QueryClient } from '@tanstack/react-query';
import { isApiError } from '@/api/errors';

/** One cache for the application. A refusal is not asked again; a lost connection is, twice. */
export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: true,
        retry: (count, error) => count < 2 && isApiError(error) && (error.status === 0 || error.status >= 502),
      },
      mutations: { retry: false },
    },
  });
