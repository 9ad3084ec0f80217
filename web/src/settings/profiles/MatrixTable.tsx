import { memo, useMemo, type KeyboardEvent } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import type { Action } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { EmptyState } from '@/ui/states';
import { useActionLabel } from '../actionLabels';
import { inGroups } from './objects';
import { ACTIONS, impliedBy, levelOf, limitable, NOTHING, sameRights, withAction, type ObjectRights, type Rights } from './rights';
import { profileTexts } from './texts';

export type Change = (object: string, change: (rights: ObjectRights) => ObjectRights) => void;

interface Props {
  rights: Rights;
  saved: Rights;
  sought: string;
  onChange: Change;
  onFields: (object: ObjectModel) => void;
}

/** A row for each object, a column for each action; plain boxes, so that a hundred objects are there at once. */
export function MatrixTable({ rights, saved, sought, onChange, onFields }: Props) {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const actionLabel = useActionLabel();
  const model = useModel();
  const groups = useMemo(() => inGroups([...model.objects], (object) => label(object.label)), [model, label]);
  const shown = useMemo(() => {
    const text = sought.trim().toLowerCase();
    const fits = (object: ObjectModel) => `${object.label.zh} ${object.label.en} ${object.name}`.toLowerCase().includes(text);
    return groups.map(([group, objects]) => [group, objects.filter(fits)] as const).filter(([, objects]) => objects.length > 0);
  }, [groups, sought]);
  const columns = useMemo(() => ACTIONS.filter((action) => groups.some(([, objects]) => objects.some((o) => o.grantable?.includes(action)))), [groups]);
  if (shown.length === 0) return <EmptyState title={t('noObject', { text: sought.trim() })} />;
  return (
    <div className="matrix-scroll">
      <table className="matrix" onKeyDown={move}>
        <thead>
          <tr>
            <th scope="col">{t('object')}</th>
            <th scope="col">{t('all')}</th>
            {columns.map((action) => <th key={action} scope="col">{actionLabel(action)}</th>)}
            <th scope="col" title={t('menuHint')}>{t('menu')}</th>
            <th scope="col">{t('fields')}</th>
          </tr>
        </thead>
        {shown.map(([group, objects]) => (
          <tbody key={group}>
            <tr className="matrix-group">
              <th scope="rowgroup" colSpan={columns.length + 4}>
                <span>{t(group)}{group === 'groupSettings' ? <small>{t('groupSettingsHint')}</small> : null}</span>
              </th>
            </tr>
            {objects.map((object) => (
              <ObjectRow key={object.name} object={object} columns={columns} rights={rights[object.name] ?? NOTHING} saved={saved[object.name] ?? NOTHING} onChange={onChange} onFields={onFields} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

interface RowProps {
  object: ObjectModel;
  columns: Action[];
  rights: ObjectRights;
  saved: ObjectRights;
  onChange: Change;
  onFields: (object: ObjectModel) => void;
}

const sameSaved = (a: RowProps, b: RowProps): boolean =>
  a.object === b.object && a.columns === b.columns && a.rights === b.rights && a.onChange === b.onChange && sameRights(a.saved, b.saved);

const ObjectRow = memo(function ObjectRow({ object, columns, rights, saved, onChange, onFields }: RowProps) {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const actionLabel = useActionLabel();
  const name = label(object.label);
  const known = object.grantable ?? [];
  const changed = !sameRights(rights, saved);
  const whole = known.every((action) => rights.actions.has(action));
  const some = known.some((action) => rights.actions.has(action));
  const set = (change: (held: ObjectRights) => ObjectRights) => { onChange(object.name, change); };
  return (
    <tr className={changed ? 'matrix-changed' : undefined}>
      <th scope="row">
        {name}
        {changed ? <span className="matrix-dot" title={t('changed')} role="img" aria-label={t('changed')} /> : null}
      </th>
      <td>
        <input
          type="checkbox"
          aria-label={t('allOf', { object: name })}
          checked={whole}
          ref={(box) => { if (box) box.indeterminate = some && !whole; }}
          onChange={() => { set((held) => known.reduce((to, action) => withAction(to, action, !whole, known), held)); }}
        />
      </td>
      {columns.map((action) => {
        if (!known.includes(action)) return <td key={action} className="matrix-none" title={t('none')}>–</td>;
        const by = impliedBy(rights, action);
        const held = rights.actions.has(action);
        const hint = by && held ? t('implied', { action: actionLabel(by) }) : undefined;
        return (
          <td key={action} title={hint} className={held === saved.actions.has(action) ? undefined : 'matrix-new'}>
            <input
              type="checkbox"
              className={hint ? 'implied' : undefined}
              aria-label={t('cell', { object: name, action: actionLabel(action) })}
              checked={held}
              onChange={() => { set((was) => withAction(was, action, !held, known)); }}
            />
          </td>
        );
      })}
      <td className={rights.offMenu === saved.offMenu ? undefined : 'matrix-new'}>
        {typeof object.navigation === 'number' ? (
          <input
            type="checkbox"
            aria-label={t('cell', { object: name, action: t('menu') })}
            title={t('menuHint')}
            checked={rights.actions.has('read') && !rights.offMenu}
            disabled={!rights.actions.has('read')}
            onChange={() => { set((was) => ({ ...was, offMenu: !was.offMenu })); }}
          />
        ) : <span className="matrix-none">–</span>}
      </td>
      <td className="matrix-fields">
        <button type="button" disabled={!some} aria-label={t('fieldsOpen', { object: name })} onClick={() => { onFields(object); }}>
          <Limits object={object} rights={rights} />
        </button>
      </td>
    </tr>
  );
}, sameSaved);

/** How many fields are hidden or read-only, in few words. */
function Limits({ object, rights }: { object: ObjectModel; rights: ObjectRights }) {
  const t = useTexts(profileTexts);
  const levels = limitable(object.fields).map((field) => [levelOf(rights, field), field.system] as const);
  const hidden = levels.filter(([level]) => level === 'hidden').length;
  const read = levels.filter(([level, system]) => level === 'read' && !system).length;
  const writes = (object.grantable ?? []).some((action) => action === 'create' || action === 'update');
  const told = [hidden > 0 ? t('hiddenCount', { n: hidden }) : '', read > 0 ? t('readCount', { n: read }) : ''].filter(Boolean);
  if (told.length === 0) return t(writes ? 'fieldsAll' : 'fieldsAllRead');
  return <strong>{told.join(' · ')}</strong>;
}

const STEPS: Partial<Record<string, [down: number, right: number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Arrow keys move the focus over the boxes, past the cells that have none. */
function move(event: KeyboardEvent<HTMLTableElement>): void {
  const step = STEPS[event.key];
  const cell = (event.target as HTMLElement).closest('td');
  if (!step || !cell) return;
  event.preventDefault();
  const rows = [...event.currentTarget.querySelectorAll('tbody tr:not(.matrix-group)')];
  let row = rows.indexOf(cell.parentElement as Element) + step[0];
  let column = cell.cellIndex + step[1];
  for (let next = rows[row]?.children[column]; next; next = rows[row]?.children[column]) {
    const box = next.querySelector<HTMLElement>('input:not(:disabled), button:not(:disabled)');
    if (box) {
      box.focus();
      return;
    }
    row += step[0];
    column += step[1];
  }
}
