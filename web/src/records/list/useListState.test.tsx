import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { MemoryRouter } from 'react-router';
import { expect, it } from 'vitest';
import { buildModel, ModelContext, type ObjectModel } from '@/api/metadata';
import { NO_HABITS } from '@/api/habits';
import { keys } from '@/api/keys';
import type { ListView } from '@/api/listViews';
import { opening, useListState } from './useListState';

const label = { zh: '客户', en: 'Account' };
const model = buildModel({
  version: 1,
  objects: [{ name: 'account', label, plural: label, name_field: 'name', actions: ['read'], fields: [], layout: { highlights: [], sections: [], related: [] } }],
});
const account = model.object('account') as ObjectModel;

const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
client.setQueryData(keys.habits, NO_HABITS);
client.setQueryData(keys.session, null);

const Around = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>
    <ModelContext value={model}>
      <MemoryRouter initialEntries={['/?deleted=1']}>{children}</MemoryRouter>
    </ModelContext>
  </QueryClientProvider>
);

it('a change that was on its way does not undo the one after it', () => {
  const { result } = renderHook(() => useListState(account, []), { wrapper: Around });
  const typed = result.current;
  act(() => { result.current.change({ deleted: false }); });
  act(() => { typed.change({ text: '华东' }); });
  expect(result.current.address).toMatchObject({ deleted: false, text: '华东' });
});

it('a list opens as it was left, unless another view is the default or the view is gone', () => {
  const views = [{ id: '1' }, { id: '2' }] as ListView[];
  const at = (left?: string, chosen?: string) => opening(left, chosen, views).toString();
  expect(at()).toBe('view=1');
  expect(at('view=2&sort=-name')).toBe('view=2&sort=-name');
  expect(at('view=2&sort=-name', '2')).toBe('view=2&sort=-name');
  expect(at('view=2&sort=-name', '1')).toBe('view=1');
  expect(at('view=9&sort=-name')).toBe('view=1');
  expect(at(undefined, '9')).toBe('view=1');
  expect(at('view=all&columns=name', 'all')).toBe('view=all&columns=name');
});
