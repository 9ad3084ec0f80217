import { Alert, Button, Checkbox, Modal, Radio, Skeleton } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useComparison, useMerge, useUnmerge, type Comparison, type ComparedField } from '@/api/duplicates';
import { isApiError } from '@/api/errors';
import { useModel, type ObjectModel } from '@/api/metadata';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { duplicateTexts } from './texts';
import './duplicates.css';

interface Props {
  object: ObjectModel;
  ids: string[];
  /** Where the winner is shown afterwards; without it one stays where one is. */
  leads?: boolean;
  onClose: (changed: boolean) => void;
}

/** Records beside each other: which of them stays, and whose value each field keeps. */
export default function MergeDialog({ object, ids, leads, onClose }: Props) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const found = useComparison(object.name, ids);
  const phone = useIsPhone();
  const title = t('mergeTitle', { objects: label(object.plural) });
  const width = phone ? '100%' : Math.min(1160, 220 + ids.length * 260);
  if (!found.data) {
    return (
      <Modal open width={width} title={title} footer={null} onCancel={() => { onClose(false); }}>
        {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : <Skeleton active paragraph={{ rows: 8 }} />}
      </Modal>
    );
  }
  return <Loaded object={object} compared={found.data} title={title} width={width} leads={leads} onClose={onClose} />;
}

function Loaded({ object, compared, title, width, leads, onClose }: Omit<Props, 'ids'> & { compared: Comparison; title: string; width: number | string }) {
  const t = useTexts(duplicateTexts);
  const c = useTexts(common);
  const navigate = useNavigate();
  const { done, failed } = useFeedback();
  const merge = useMerge();
  const unmerge = useUnmerge();
  const [winner, setWinner] = useState(compared.winner);
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [keeping, setKeeping] = useState(true);
  const [whole, setWhole] = useState(false);
  const differing = compared.fields.filter(({ differs }) => differs);
  const same = compared.fields.filter(({ differs }) => !differs);
  const open = compared.records.every(({ may_merge }) => may_merge);
  const owners = new Set(compared.records.map(({ record }) => record.owner_id)).size;
  // Whoever chooses another record to stay means its values, where it has some; what was picked by hand stays picked.
  const sourceOf = (field: ComparedField): string => {
    const picked = chosen[field.name];
    if (picked !== undefined) return picked;
    if (!field.choosable) return winner;
    const mine = compared.records.find(({ id }) => id === winner)?.record[field.name];
    return isBlank(mine) ? (field.proposed ?? winner) : winner;
  };
  const submit = () => {
    const choices = Object.fromEntries(differing.filter((field) => field.choosable && sourceOf(field) !== winner).map((field) => [field.name, sourceOf(field)]));
    const losers = compared.records.map(({ id }) => id).filter((id) => id !== winner);
    merge.mutate({ object: object.name, winner, losers, choices, keep_owners: keeping && owners > 1 }, {
      onSuccess: (answer) => {
        done(t('mergeDone'), () => { unmerge.mutateAsync(answer.id).then(() => { done(t('unmerged')); }, failed); });
        onClose(true);
        if (leads) void navigate(`/o/${object.name}/${winner}`);
      },
    });
  };
  return (
    <Modal
      open
      width={width}
      className="merge-dialog"
      title={title}
      okText={t('mergeNow')}
      cancelText={c('cancel')}
      confirmLoading={merge.isPending}
      okButtonProps={{ disabled: !open }}
      mask={{ closable: false }}
      onOk={submit}
      onCancel={() => { onClose(false); }}
    >
      <p>{t('mergeHint')}</p>
      {merge.isError ? <Alert type="error" showIcon title={isApiError(merge.error) ? merge.error.message : String(merge.error)} style={{ marginBottom: 12 }} /> : null}
      <div className="merge-scroll">
        <table className={compared.records.length > 2 ? 'merge-table many' : 'merge-table'}>
          <thead>
            <tr>
              <th scope="col">{t('field')}</th>
              {compared.records.map(({ id, record, may_merge }) => (
                <th key={id} scope="col">
                  <strong><a href={`/o/${object.name}/${id}`} target="_blank" rel="noreferrer">{String(record[object.name_field] ?? '') || `#${id}`}</a></strong>
                  <Radio checked={winner === id} disabled={!may_merge} onChange={() => { setWinner(id); }}>{t('stays')}</Radio>
                  {may_merge ? null : <div className="merge-blank">{t('notYours')}</div>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {differing.map((field) => (
              <FieldRow key={field.name} object={object} field={field} compared={compared} source={sourceOf(field)} onChoose={(id) => { setChosen({ ...chosen, [field.name]: id }); }} />
            ))}
            {whole ? same.map((field) => <FieldRow key={field.name} object={object} field={field} compared={compared} />) : null}
            <UsesRow compared={compared} />
          </tbody>
        </table>
      </div>
      <div className="merge-foot">
        {same.length > 0 ? <Button type="link" size="small" style={{ padding: 0 }} onClick={() => { setWhole(!whole); }}>{whole ? t('hideSame') : t('showSame', { n: same.length })}</Button> : null}
        {owners > 1 ? <div style={{ marginTop: 8 }}><Checkbox checked={keeping} onChange={(event) => { setKeeping(event.target.checked); }}>{t('keepOwners')}</Checkbox></div> : null}
      </div>
    </Modal>
  );
}

interface FieldRowProps {
  object: ObjectModel;
  field: ComparedField;
  compared: Comparison;
  source?: string;
  onChoose?: (id: string) => void;
}

function FieldRow({ object, field, compared, source, onChoose }: FieldRowProps) {
  const label = useLabel();
  const meta = object.field(field.name);
  if (!meta) return null;
  const { Cell } = FIELD_WIDGETS[meta.type];
  return (
    <tr>
      <th scope="row">{label(meta.label)}</th>
      {compared.records.map(({ id, record }) => {
        const value = record[field.name];
        const shown = isBlank(value) ? <span className="merge-blank">—</span> : <Cell field={meta} value={value} row={record} place="page" />;
        return (
          <td key={id} className={source === id ? 'chosen' : undefined}>
            {onChoose && field.choosable ? (
              <Radio checked={source === id} aria-label={label(meta.label)} onChange={() => { onChoose(id); }}>{shown}</Radio>
            ) : shown}
          </td>
        );
      })}
    </tr>
  );
}

function UsesRow({ compared }: { compared: Comparison }) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const model = useModel();
  return (
    <tr>
      <th scope="row">{t('hangs')}</th>
      {compared.records.map(({ id, uses }) => (
        <td key={id}>
          <span className="merge-uses">
            {uses.length === 0 ? t('none') : uses.map((use) => (
              <span key={`${use.object}.${use.field}`}>{label(model.object(use.object)?.label) || use.object} {use.number}{use.capped ? '+' : ''}</span>
            ))}
          </span>
        </td>
      ))}
    </tr>
  );
}
