import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { buildModel, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, Row } from '@/api/types';
import { EditableCell } from './EditableCell';
import { REFUSED, type CellEdits } from './useCellEdits';

const label = { zh: '下一步', en: 'Next step' };
const field: FieldMeta = { name: 'next_step', type: 'text', label, access: 'edit', operators: [] };
const model = buildModel({
  version: 1,
  objects: [{ name: 'deal', label, plural: label, name_field: 'name', actions: ['read', 'update'], fields: [field], layout: { highlights: [], sections: [], related: [] } }],
});
const deal = model.object('deal') as ObjectModel;
const row: Row = { id: '1', version: 3, next_step: '报价' };

const draw = (save: CellEdits['save'], canEdit = true) =>
  render(<EditableCell object={deal} field={field} path="next_step" value={row.next_step} row={row} edits={{ canEdit: () => canEdit, save, dialog: null }} />);

const begin = async () => {
  await userEvent.dblClick(screen.getByText('报价'));
  return screen.findByDisplayValue('报价');
};

describe('editing in the table', () => {
  it('Enter saves, and the new value stays until the list has it', async () => {
    const save = vi.fn<CellEdits['save']>().mockResolvedValue(4);
    draw(save);
    const box = await begin();
    await userEvent.clear(box);
    await userEvent.type(box, '签约{Enter}');
    expect(save).toHaveBeenCalledExactlyOnceWith(row, field, '签约', undefined);
    await waitFor(() => { expect(screen.getByText('签约')).toBeInTheDocument(); });
  });

  it('Escape leaves everything as it was', async () => {
    const save = vi.fn<CellEdits['save']>();
    draw(save);
    await userEvent.type(await begin(), '改了{Escape}');
    expect(save).not.toHaveBeenCalled();
    expect(screen.getByText('报价')).toBeInTheDocument();
  });

  it('shows the old value again when the person lets the other value of a conflict stand', async () => {
    draw(vi.fn<CellEdits['save']>().mockResolvedValue(null));
    await userEvent.type(await begin(), '!{Enter}');
    await waitFor(() => { expect(screen.getByText('报价')).toBeInTheDocument(); });
  });

  it('keeps what was typed when the server refuses it, to be mended and saved', async () => {
    const save = vi.fn<CellEdits['save']>().mockResolvedValueOnce(REFUSED).mockResolvedValueOnce(4);
    draw(save);
    await userEvent.type(await begin(), '!{Enter}');
    const box = await screen.findByDisplayValue('报价!');
    expect(box).toHaveFocus();
    await userEvent.type(box, '{Backspace}单{Enter}');
    expect(save).toHaveBeenLastCalledWith(row, field, '报价单', undefined);
    await waitFor(() => { expect(screen.getByText('报价单')).toBeInTheDocument(); });
  });

  it('saves nothing when nothing changed, and offers nothing where it may not', async () => {
    const save = vi.fn<CellEdits['save']>();
    const { unmount } = draw(save);
    await userEvent.type(await begin(), '{Enter}');
    expect(save).not.toHaveBeenCalled();
    unmount();
    draw(save, false);
    expect(screen.queryByRole('button')).toBeNull();
  });
});
