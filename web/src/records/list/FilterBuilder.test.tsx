import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { buildModel, ModelContext, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, FilterJson } from '@/api/types';
import { FilterBuilder } from './FilterBuilder';
import { fromJson, toJson, type Group } from './filterTree';

const label = (zh: string) => ({ zh, en: zh });
const fields: FieldMeta[] = [
  { name: 'name', type: 'text', label: label('名称'), access: 'edit', operators: ['=', 'contains', 'is null'] },
  { name: 'closed_on', type: 'date', label: label('日期'), access: 'edit', operators: ['=', '>'] },
  { name: 'amount', type: 'currency', label: label('金额'), access: 'edit', operators: ['=', '<', '>'] },
];
const model = buildModel({
  version: 1,
  objects: [{ name: 'deal', label: label('单'), plural: label('单'), name_field: 'name', actions: ['read'], fields, layout: { highlights: [], sections: [], related: [] } }],
});
const deal = model.object('deal') as ObjectModel;

const changed = vi.fn<(json: FilterJson | null) => void>();

function Held({ json, ownOnly }: { json: FilterJson | null; ownOnly?: boolean }) {
  const [group, setGroup] = useState(() => fromJson(json));
  const take = (next: Group) => {
    setGroup(next);
    changed(toJson(next));
  };
  return <FilterBuilder object={deal} group={group} ownOnly={ownOnly} onChange={take} />;
}

const draw = (json: FilterJson | null, ownOnly?: boolean) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ModelContext value={model}><Held json={json} ownOnly={ownOnly} /></ModelContext>
    </QueryClientProvider>,
  );

describe('the filter builder', () => {
  it('shows a stored filter and takes a rule away', async () => {
    draw({ and: [{ field: 'name', op: 'contains', value: '华信' }, { field: 'amount', op: '>', value: '100' }] });
    expect(await screen.findByDisplayValue('华信')).toBeInTheDocument();
    await userEvent.click(screen.getAllByRole('button', { name: '移除条件' })[0] as HTMLElement);
    expect(changed).toHaveBeenLastCalledWith({ field: 'amount', op: '>', value: '100' });
  });

  it('changes the value of a rule', async () => {
    draw({ field: 'name', op: 'contains', value: '华信' });
    const box = await screen.findByDisplayValue('华信');
    await userEvent.clear(box);
    await userEvent.type(box, '中科');
    expect(changed).toHaveBeenLastCalledWith({ field: 'name', op: 'contains', value: '中科' });
  });

  it('offers days that move with the calendar, but not where values have to stay what they are', async () => {
    const { unmount } = draw({ field: 'closed_on', op: '=', value: '2026-11-01' });
    expect(await screen.findByDisplayValue('2026-11-01')).toBeInTheDocument();
    expect(screen.getByRole('combobox', { name: '值' })).toBeInTheDocument();
    unmount();
    draw({ field: 'closed_on', op: '=', value: '2026-11-01' }, true);
    expect(await screen.findByDisplayValue('2026-11-01')).toBeInTheDocument();
    expect(screen.queryByRole('combobox', { name: '值' })).not.toBeInTheDocument();
  });

  it('nests a group of the other kind and negates', async () => {
    draw({ field: 'name', op: 'is null' });
    await userEvent.click(screen.getByRole('checkbox', { name: '取反' }));
    expect(changed).toHaveBeenLastCalledWith({ not: { field: 'name', op: 'is null' } });
    await userEvent.click(screen.getByRole('button', { name: /添加条件组/ }));
    expect(screen.getByText('满足以下任一条件')).toBeInTheDocument();
  });
});
