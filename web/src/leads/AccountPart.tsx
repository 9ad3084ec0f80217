import { MessageOutlined } from '@ant-design/icons';
import { Button, Checkbox, Segmented } from 'antd';
import { useState } from 'react';
import type { Conversion } from '@/api/leads';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAction } from '@/api/types';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { AskDialog } from '@/records/duplicates';
import type { Part } from './conversion';
import { PartForm } from './PartForm';
import { leadTexts } from './texts';

type Match = Conversion['matches'][number];

interface Props {
  object: ObjectModel;
  part: Part;
  /** How the account that is chosen can be taken, where nobody has it. */
  taking: RecordAction | undefined;
  found: Conversion;
  problems: Record<string, string[]>;
  onChange: (part: Part) => void;
}

/** The account: a new one, or one that there is; those whose name is alike stand ready. */
export function AccountPart({ object, part, taking, found, problems, onChange }: Props) {
  const t = useTexts(leadTexts);
  const label = useLabel();
  const [asking, setAsking] = useState<Match>();
  const saidOf = (match: Match) => {
    if (match.visible) return [match.detail, match.takes.length > 0 ? t('lying') : ''].filter(Boolean).join(' · ');
    return match.owner ? t('hiddenOf', { name: match.owner }) : t('hiddenOfNobody');
  };
  return (
    <section className="convert-part" aria-label={label(object.label)}>
      <header>
        <strong>{label(object.label)}</strong>
        <Segmented
          size="small"
          value={part.fresh ? 'new' : 'existing'}
          options={[{ value: 'new', label: t('makeNew'), disabled: !found.creatable.account }, { value: 'existing', label: t('useExisting') }]}
          onChange={(value) => { onChange({ ...part, fresh: value === 'new', id: null }); }}
        />
      </header>
      {part.fresh && found.matches.length > 0 ? (
        <div className="convert-matches">
          <span>{t('matches')}</span>
          <ul>
            {found.matches.map((match) => (
              <li key={match.id}>
                <span className="convert-match"><b>{match.name}</b><small>{saidOf(match)}</small></span>
                {match.visible ? <Button size="small" onClick={() => { onChange({ ...part, fresh: false, id: match.id, left: false }); }}>{t('use')}</Button> : null}
                {!match.visible && match.owner_id ? <Button size="small" icon={<MessageOutlined />} onClick={() => { setAsking(match); }}>{t('ask')}</Button> : null}
              </li>
            ))}
          </ul>
          {asking ? <AskDialog hit={asking.id} owner={asking.owner ?? ''} entered={{ object: object.name, values: found.values.account }} onClose={() => { setAsking(undefined); }} /> : null}
        </div>
      ) : null}
      {part.fresh ? (
        <PartForm object={object} target="account" values={part.values} carried={found.values.account} names={found.names} problems={problems} onChange={(values) => { onChange({ ...part, values }); }} />
      ) : (
        <>
          <LookupPicker
            label={t('chooseAccount')}
            object="account"
            placeholder={t('chooseAccount')}
            value={part.id === null ? [] : [part.id]}
            names={Object.fromEntries(found.matches.map((match) => [match.id, match.name]))}
            onChange={(ids) => { onChange({ ...part, id: ids[0] ?? null, left: false }); }}
          />
          {taking ? (
            <Checkbox className="convert-take" checked={!part.left} onChange={(event) => { onChange({ ...part, left: !event.target.checked }); }}>
              {t('takeIt')}<small>{t('takeHint')}</small>
            </Checkbox>
          ) : <p className="convert-hint">{t('stays')}</p>}
        </>
      )}
    </section>
  );
}
