/** Changing something on the server, and telling how it went. */
import { useMutation as useQueryMutation, type DefaultError, type UseMutationOptions, type UseMutationResult } from '@tanstack/react-query';
import { useCallback } from 'react';

/** What whoever asked wants to do when it has gone well or wrong. */
export interface Told<TData, TError> {
  onSuccess?: (data: TData) => void;
  onError?: (error: TError) => void;
}

export type Mutation<TData, TError, TVariables> = Omit<UseMutationResult<TData, TError, TVariables>, 'mutate'> & {
  mutate: (variables: TVariables, told?: Told<TData, TError>) => void;
};

/**
 * The library's `useMutation`, but whoever asked is told in any case. The library forgets them when the component that
 * asked is gone by then, and it often is: a row that was deleted, a form that begins anew with the version just saved.
 * Their notice, and the way to undo, would be lost with it.
 */
export function useMutation<TData = unknown, TError = DefaultError, TVariables = void>(
  options: UseMutationOptions<TData, TError, TVariables>,
): Mutation<TData, TError, TVariables> {
  const mutation = useQueryMutation<TData, TError, TVariables>(options);
  const { mutateAsync } = mutation;
  const mutate = useCallback(
    (variables: TVariables, told: Told<TData, TError> = {}) => {
      mutateAsync(variables).then(
        (data) => { told.onSuccess?.(data); },
        (error: unknown) => { told.onError?.(error as TError); },
      );
    },
    [mutateAsync],
  );
  return { ...mutation, mutate };
}
