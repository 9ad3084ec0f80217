import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { expect, it } from 'vitest';
import { buildModel, ModelContext, type ObjectModel } from '@/api/metadata';
import { useListState } from './useListState';

const label = { zh: '客户', en: 'Account' };
const model = buildModel({
  version: 1,
  objects: [{ name: 'account', label, plural: label, name_field: 'name', actions: ['read'], fields: [], layout: { highlights: [], sections: [], related: [] } }],
});
const account = model.object('account') as ObjectModel;

const Around = ({ children }: { children: ReactNode }) => (
  <ModelContext value={model}>
    <MemoryRouter initialEntries={['/?deleted=1']}>{children}</MemoryRouter>
  </ModelContext>
);

it('a change that was on its way does not undo the one after it', () => {
  const { result } = renderHook(() => useListState(account, []), { wrapper: Around });
  const typed = result.current;
  act(() => { result.current.change({ deleted: false }); });
  act(() => { typed.change({ text: '华东' }); });
  expect(result.current.address).toMatchObject({ deleted: false, text: '华东' });
});
