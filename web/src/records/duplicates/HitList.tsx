import { EyeInvisibleOutlined, ExportOutlined, MessageOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useState } from 'react';
import type { Hit } from '@/api/duplicates';
import { useModel, type Model } from '@/api/metadata';
import { doAction, useDataChanged } from '@/api/records';
import type { Row } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ObjectIcon } from '@/ui/objectIcon';
import { AskDialog, type Entered } from './AskDialog';
import { duplicateTexts } from './texts';
import './duplicates.css';

interface Props {
  hits: Hit[];
  /** What was entered, so that the owner of a hidden one can be asked. */
  entered?: Entered;
  /** What nobody has can be taken here. */
  takes?: boolean;
  /** Called once something was. */
  onTaken?: (hit: Hit) => void;
}

/** Possible duplicates: what one may see with a link, what one may not with its owner. */
export function HitList({ hits, entered, takes, onTaken }: Props) {
  const [asking, setAsking] = useState<Hit>();
  return (
    <>
      <ul className="hits">
        {hits.map((hit) => <HitRow key={hit.id} hit={hit} takes={takes} onTaken={onTaken} onAsk={entered ? () => { setAsking(hit); } : undefined} />)}
      </ul>
      {asking && entered ? <AskDialog hit={asking.id} owner={asking.owner_name ?? ''} entered={entered} onClose={() => { setAsking(undefined); }} /> : null}
    </>
  );
}

function HitRow({ hit, onAsk, takes, onTaken }: { hit: Hit; onAsk?: () => void; takes?: boolean; onTaken?: (hit: Hit) => void }) {
  const t = useTexts(duplicateTexts);
  // What a refusal told stays as it was told; what was taken since is one's own all the same.
  const [taken, setTaken] = useState(false);
  const owner = hit.owner_name ? t('owner', { name: hit.owner_name }) : t(taken ? 'mine' : 'noOwner');
  const label = useLabel();
  const object = useModel().object(hit.object);
  return (
    <li className="hit">
      <span className="hit-kind"><ObjectIcon icon={object?.icon ?? ''} /> {label(object?.label)}</span>
      <span className="hit-words">
        <strong>{hit.masked || `#${hit.id}`}</strong>
        {hit.name === null ? <EyeInvisibleOutlined title={t('hidden')} aria-label={t('hidden')} className="hit-hidden" /> : null}
        <Shown hit={hit} />
        <span className="hit-owner">{owner}</span>
        {hit.deleted ? <Tag>{t('inBin')}</Tag> : null}
      </span>
      {hit.name === null ? (
        onAsk && hit.owner_id ? <Button type="link" size="small" icon={<MessageOutlined />} onClick={onAsk}>{t('ask')}</Button> : null
      ) : (
        <span className="hit-acts">
          {takes && !taken ? hit.takes.map((action) => <Take key={action.name} hit={hit} action={action} onTaken={() => { setTaken(true); onTaken?.(hit); }} />) : null}
          <Button type="link" size="small" icon={<ExportOutlined />} href={`/o/${hit.object}/${hit.id}`} target="_blank">{t('open')}</Button>
        </span>
      )}
    </li>
  );
}

/** Takes what was found. */
function Take({ hit, action, onTaken }: { hit: Hit; action: Hit['takes'][number]; onTaken: () => void }) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      await doAction(hit.object, hit.id, action.name);
      done(t('taken', { name: hit.masked }));
      onTaken();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
      // What was refused may have been taken by somebody else: then it is told anew.
      void changed();
    }
  };
  return <Button type="primary" size="small" loading={busy} onClick={() => void take()}>{label(action.label)}</Button>;
}

/** The values that tell it from others. */
export function Shown({ hit }: { hit: Hit }) {
  const model: Model = useModel();
  const object = model.object(hit.object);
  const row: Row = { id: hit.id, version: 0, ...hit.shown };
  return (
    <>
      {Object.entries(hit.shown).map(([name, value]) => {
        const field = object?.field(name);
        if (!field || value === hit.name) return null;
        const { Cell } = FIELD_WIDGETS[field.type];
        return <span key={name} className="hit-value"><Cell field={field} value={value} row={row} place="page" /></span>;
      })}
    </>
  );
}
