import { render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { describe, expect, it } from 'vitest';
import { buildModel, ModelContext } from '@/api/metadata';
import { FIELD_TYPES, type FieldMeta, type FieldType } from '@/api/types';
import { phoneText } from './phone';
import { FIELD_WIDGETS } from './registry';

const label = { zh: '字段', en: 'Field' };
const model = buildModel({
  version: 1,
  objects: [{ name: 'account', label, plural: label, name_field: 'name', actions: ['read'], fields: [], layout: { highlights: [], sections: [], related: [] } }],
});
const field = (type: FieldType, more: Partial<FieldMeta> = {}): FieldMeta => ({ name: 'f', type, label, access: 'edit', operators: [], ...more });

const show = (meta: FieldMeta, value: unknown, row: Record<string, unknown> = {}) => {
  const { Cell } = FIELD_WIDGETS[meta.type];
  return render(
    <MemoryRouter>
      <ModelContext value={model}><Cell field={meta} value={value} row={{ f: value, ...row }} /></ModelContext>
    </MemoryRouter>,
  );
};

describe('the widgets', () => {
  it('exist for every field type', () => {
    expect(Object.keys(FIELD_WIDGETS).sort()).toEqual([...FIELD_TYPES].sort());
  });

  it.each(FIELD_TYPES)('%s draws a blank without complaint', (type) => {
    expect(() => show(field(type), null)).not.toThrow();
  });

  it.each<[FieldType, unknown, string]>([
    ['currency', '1054.00', '¥1,054.00'],
    ['percent', '12.50', '12.5%'],
    ['integer', 8800, '8,800'],
    ['address', { province: '上海市', city: '上海市', district: '浦东新区', street: '科技路 1 号', postcode: null }, '上海市 浦东新区 科技路 1 号'],
    ['date', '2026-11-24', '2026-11-24'],
    ['boolean', true, '是'],
    ['rich_text', '<p>重要 <b>客户</b></p><script>alert(1)</script>', '重要 客户alert(1)'],
  ])('%s shows %j as %s', (type, value, shown) => {
    const { container } = show(field(type), value);
    expect(container.textContent).toBe(shown);
  });

  it('a select shows its label, and an unknown value as it is', () => {
    const stage = field('select', { options: [{ value: 'won', label: { zh: '赢单', en: 'Won' } }] });
    show(stage, 'won');
    expect(screen.getByText('赢单')).toBeInTheDocument();
    show(stage, 'former');
    expect(screen.getByText('former')).toBeInTheDocument();
  });

  it('a link leads to its record, and says when the reader may not see it', () => {
    const account = field('lookup', { name: 'account_id', target: 'account' });
    show(account, '12', { 'account.name': '华信' });
    expect(screen.getByRole('link', { name: '华信' })).toHaveAttribute('href', '/o/account/12');
    show(account, '13', { 'account.name': null });
    expect(screen.getByText('无权限')).toBeInTheDocument();
  });

  it('a script address is never a link', () => {
    show(field('url'), 'javascript:alert(1)');
    expect(screen.getByRole('link')).toHaveAttribute('href', 'https://javascript:alert(1)');
  });

  it.each([['+8613800138000', '138 0013 8000'], ['+862169433980', '021-6943 3980'], ['+8675556145969', '0755-5614 5969'], ['+14155550123', '+14155550123'], ['内线 12', '内线 12']])('reads the phone number %s as %s', (stored, shown) => {
    expect(phoneText(stored)).toBe(shown);
  });
});
